#include "verbs/op_comparison.h"

#include <algorithm>
#include <unordered_map>

namespace halftone {

std::optional<OpList> executed_op_list(const Adaptor& adaptor, const Model& model) {
  std::optional<std::vector<ExecutedOp>> ops = adaptor.executed_ops(model);
  if (!ops) return std::nullopt;
  return OpList{true, *std::move(ops)};
}

OpList graph_op_list(const Adaptor& adaptor, const Model& model) {
  OpList list;
  const GraphView graph = adaptor.graph(model);
  for (const OpNode& op : graph.ops()) list.ops.push_back({op.name, op.type, false});
  return list;
}

OpDifference compare_ops(const std::vector<ExecutedOp>& first, const std::vector<ExecutedOp>& other) {
  std::unordered_map<std::string, std::string> types;
  for (const ExecutedOp& op : other) types.emplace(op.name, op.type);
  std::unordered_map<std::string, bool> known;
  OpDifference difference;
  for (const ExecutedOp& op : first) {
    if (op.name.empty() || !known.emplace(op.name, true).second) continue;
    const auto found = types.find(op.name);
    if (found == types.end()) {
      difference.changed.push_back({op.name, op.type, std::nullopt});
    } else if (found->second != op.type) {
      difference.changed.push_back({op.name, op.type, found->second});
    }
  }
  difference.added = static_cast<std::uint64_t>(
      std::count_if(other.begin(), other.end(), [&](const ExecutedOp& op) { return !known.contains(op.name); }));
  return difference;
}

Json op_counts_json(const OpList& list) {
  std::map<std::string, std::uint64_t> by_type;
  for (const ExecutedOp& op : list.ops) ++by_type[op.type];
  const auto low = std::count_if(list.ops.begin(), list.ops.end(), [](const auto& op) { return op.low_precision; });
  return {{"source", list.executed ? "executed" : "graph"},
          {"total", list.ops.size()},
          {"low_precision", list.executed ? Json(low) : Json(nullptr)},
          {"by_type", by_type}};
}

}  // namespace halftone

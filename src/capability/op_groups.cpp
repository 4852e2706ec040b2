#include "capability/op_groups.h"

#include <algorithm>

namespace halftone {
namespace {

/// Whether each op is `first` or reads, however indirectly, what it gives. Ops are in topological order.
std::vector<bool> ops_after(const GraphView& graph, OpId first) {
  std::vector<bool> after(graph.ops().size(), false);
  after[static_cast<std::size_t>(first)] = true;
  for (std::size_t op = static_cast<std::size_t>(first) + 1; op < after.size(); ++op) {
    after[op] = std::ranges::any_of(graph.ops()[op].inputs, [&](TensorId input) {
      const OpId producer = input == kNone ? kNone : graph.tensor(input).producer;
      return producer != kNone && after[static_cast<std::size_t>(producer)];
    });
  }
  return after;
}

/// Whether each op is `last` or gives, however indirectly, what it reads.
std::vector<bool> ops_before(const GraphView& graph, OpId last) {
  std::vector<bool> before(graph.ops().size(), false);
  before[static_cast<std::size_t>(last)] = true;
  for (std::size_t op = static_cast<std::size_t>(last) + 1; op-- > 0;) {
    if (!before[op]) continue;
    for (const TensorId input : graph.ops()[op].inputs) {
      const OpId producer = input == kNone ? kNone : graph.tensor(input).producer;
      if (producer != kNone) before[static_cast<std::size_t>(producer)] = true;
    }
  }
  return before;
}

std::vector<std::string> ops_outside(const GraphView& graph, const std::vector<UnitCapability>& units, OpId first,
                                     OpId last) {
  const std::vector<bool> after = ops_after(graph, first);
  const std::vector<bool> before = ops_before(graph, last);
  const auto is_between = [&](OpId op) {
    return after[static_cast<std::size_t>(op)] && before[static_cast<std::size_t>(op)];
  };
  std::vector<std::string> names;
  for (const UnitCapability& capability : units) {
    // A unit stands or falls as a whole: what is fused to the last product is no postprocessing.
    if (capability.choices.empty() || std::ranges::any_of(capability.unit.ops, is_between)) continue;
    for (const OpId op : capability.unit.ops) names.push_back(graph.op(op).name);
  }
  return names;
}

}  // namespace

void name_op_groups(const GraphView& graph, Capability& capability) {
  std::vector<std::string>& first = capability.groups["first_conv_or_matmul"];
  std::vector<std::string>& last = capability.groups["last_conv_or_matmul"];
  std::vector<std::string>& outside = capability.groups["pre_post_process"];
  std::vector<OpId> products;
  for (std::size_t op = 0; op < graph.ops().size(); ++op) {
    if (graph.ops()[op].meaning.is_product) products.push_back(static_cast<OpId>(op));
  }
  if (products.empty()) return;
  first = {graph.op(products.front()).name};
  last = {graph.op(products.back()).name};
  outside = ops_outside(graph, capability.units, products.front(), products.back());
}

}  // namespace halftone

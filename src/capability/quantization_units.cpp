#include "capability/quantization_units.h"

#include <algorithm>

namespace halftone {
namespace {

/// Whether the op's type is one of the position, and the sequence's conditions on that type hold.
bool fits(const GraphView& graph, const PatternSequence& pattern, std::size_t position, OpId op) {
  const std::vector<std::string>& types = pattern.positions[position];
  const std::string& type = graph.op(op).type;
  if (std::ranges::find(types, type) == types.end()) return false;
  const auto conditions = pattern.when.find(type);
  return conditions == pattern.when.end() || !conditions->second.first_unmet(graph, op);
}

std::vector<const PatternSequence*> longest_first(const std::vector<PatternSequence>& patterns) {
  std::vector<const PatternSequence*> ordered;
  for (const PatternSequence& pattern : patterns) ordered.push_back(&pattern);
  std::ranges::stable_sort(ordered, std::greater{},
                           [](const PatternSequence* pattern) { return pattern->positions.size(); });
  return ordered;
}

class UnitFinder {
 public:
  UnitFinder(const GraphView& graph, const std::vector<bool>& alone) : graph_(graph), taken_(alone) {}

  void match_everywhere(const PatternSequence& pattern) {
    for (std::size_t op = 0; op < graph_.ops().size(); ++op) {
      std::vector<OpId> ops = occurrence(pattern, static_cast<OpId>(op));
      if (ops.empty()) continue;
      for (const OpId matched : ops) taken_[static_cast<std::size_t>(matched)] = true;
      const OpId anchor = ops.front();
      fused_.emplace(anchor, QuantizationUnit{std::move(ops), pattern.text});
    }
  }

  /// The units in the order of their anchors; ops in no occurrence stand alone.
  std::vector<QuantizationUnit> units() && {
    std::vector<bool> is_inside(graph_.ops().size(), false);
    for (const auto& [anchor, unit] : fused_) {
      for (const OpId op : unit.ops) is_inside[static_cast<std::size_t>(op)] = true;
    }
    std::vector<QuantizationUnit> units;
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const auto op = static_cast<OpId>(i);
      if (const auto found = fused_.find(op); found != fused_.end()) {
        units.push_back(std::move(found->second));
      } else if (!is_inside[i]) {
        units.push_back({{op}, graph_.op(op).type});
      }
    }
    return units;
  }

 private:
  /// Ops of the occurrence that begins with `first`, or none.
  std::vector<OpId> occurrence(const PatternSequence& pattern, OpId first) const {
    if (!may_stand_at(pattern, 0, first)) return {};
    std::vector<OpId> ops{first};
    for (std::size_t position = 1; position < pattern.positions.size(); ++position) {
      const OpId next = only_reader(ops.back());
      if (next == kNone || !may_stand_at(pattern, position, next) || !can_follow(next)) return {};
      ops.push_back(next);
    }
    return ops;
  }

  bool may_stand_at(const PatternSequence& pattern, std::size_t position, OpId op) const {
    return !taken_[static_cast<std::size_t>(op)] && fits(graph_, pattern, position, op);
  }

  /// The op that alone reads the one output of `op`, or kNone where anything else can see that output.
  OpId only_reader(OpId op) const {
    const OpNode& node = graph_.op(op);
    const auto is_present = [](TensorId id) { return id != kNone; };
    if (std::ranges::count_if(node.outputs, is_present) != 1) return kNone;
    const TensorNode& output = graph_.tensor(*std::ranges::find_if(node.outputs, is_present));
    if (output.uses.size() != 1 || output.is_graph_output) return kNone;
    // A subgraph is another program: no kernel reaches into it.
    const OpId reader = output.uses.front().op;
    return graph_.op(reader).scope == node.scope ? reader : kNone;
  }

  /// Whether a kernel can absorb `op`: nothing forbids its quantization, and all but its activations is known before
  /// running (which makes the data it reads from the kernel an activation, too).
  bool can_follow(OpId op) const {
    const OpNode& node = graph_.op(op);
    if (!node.not_quantizable.empty()) return false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone || node.role(i) == InputRole::activation) continue;
      if (!graph_.tensor(node.inputs[i]).is_constant()) return false;
    }
    return true;
  }

  const GraphView& graph_;
  std::vector<bool> taken_;
  std::map<OpId, QuantizationUnit> fused_;
};

}  // namespace

std::vector<QuantizationUnit> find_units(const GraphView& graph, const std::vector<PatternSequence>& patterns) {
  return find_units(graph, patterns, std::vector<bool>(graph.ops().size(), false));
}

std::vector<QuantizationUnit> find_units(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                         const std::vector<bool>& alone) {
  UnitFinder finder(graph, alone);
  for (const PatternSequence* pattern : longest_first(patterns)) finder.match_everywhere(*pattern);
  return std::move(finder).units();
}

const PatternSequence* pattern_of_chain(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                        std::span<const OpId> chain) {
  const auto found = std::ranges::find_if(patterns, [&](const PatternSequence& pattern) {
    if (pattern.positions.size() != chain.size()) return false;
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (!fits(graph, pattern, i, chain[i])) return false;
    }
    return true;
  });
  return found == patterns.end() ? nullptr : &*found;
}

}  // namespace halftone

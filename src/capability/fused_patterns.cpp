#include "capability/fused_patterns.h"

#include <algorithm>
#include <span>

#include "capability/quantization_units.h"

namespace halftone {
namespace {

/// Cuts a chain of ops into pieces, each of which is one op or a sequence of its own.
class ChainCutter {
 public:
  ChainCutter(const GraphView& graph, const std::vector<PatternSequence>& patterns, std::span<const OpId> chain)
      : graph_(graph), patterns_(patterns), chain_(chain) {}

  std::vector<std::vector<QuantizationUnit>> cuts() {
    cut_from(0);
    return std::move(cuts_);
  }

 private:
  void cut_from(std::size_t begin) {
    if (begin == chain_.size()) {
      cuts_.push_back(pieces_);
      return;
    }
    for (std::size_t length = chain_.size() - begin; length > 0; --length) {
      const std::span<const OpId> ops = chain_.subspan(begin, length);
      const PatternSequence* const pattern = length > 1 ? pattern_of_chain(graph_, patterns_, ops) : nullptr;
      if (length > 1 && !pattern) continue;
      pieces_.push_back({{ops.begin(), ops.end()}, pattern ? pattern->text : graph_.op(ops.front()).type});
      cut_from(begin + length);
      pieces_.pop_back();
    }
  }

  const GraphView& graph_;
  const std::vector<PatternSequence>& patterns_;
  std::span<const OpId> chain_;
  std::vector<QuantizationUnit> pieces_;
  std::vector<std::vector<QuantizationUnit>> cuts_;
};

std::string broken_fusion(const GraphView& graph, const QuantizationUnit& unit, OpId inner, const std::string& reason) {
  return "'" + graph.op(inner).name + "' is " + reason + ", and so taken out of the kernel " + unit.pattern + " of '" +
         graph.op(unit.anchor()).name + "'";
}

}  // namespace

std::vector<std::vector<QuantizationUnit>> other_cuts(const GraphView& graph, const QuantizationUnit& unit,
                                                      const std::vector<PatternSequence>& patterns) {
  auto cuts = ChainCutter(graph, patterns, unit.ops).cuts();
  std::erase_if(cuts, [](const std::vector<QuantizationUnit>& pieces) { return pieces.size() == 1; });
  std::ranges::stable_sort(cuts, std::less{}, &std::vector<QuantizationUnit>::size);
  return cuts;
}

std::vector<FusedPattern> find_fusions(const std::vector<UnitCapability>& units,
                                       const std::vector<PatternSequence>& patterns, const UnitContext& context) {
  std::vector<FusedPattern> fusions;
  for (const UnitCapability& capability : units) {
    if (capability.unit.ops.size() < 2) continue;
    FusedPattern& fusion = fusions.emplace_back(FusedPattern{capability.unit, {}});
    for (const std::vector<QuantizationUnit>& pieces : other_cuts(context.graph, capability.unit, patterns)) {
      std::vector<UnitCapability>& alternative = fusion.alternatives.emplace_back();
      for (const QuantizationUnit& piece : pieces) alternative.push_back(capability_of_piece(piece, context));
    }
  }
  return fusions;
}

std::vector<std::string> find_broken_fusions(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                             const UserRules& rules) {
  std::vector<std::string> broken;
  for (const QuantizationUnit& unit : find_units(graph, patterns)) {
    // Where the anchor itself is kept in float, nothing is taken out of a kernel.
    if (!rules.reason_for_float(unit.anchor()).empty()) continue;
    for (const OpId op : unit.ops) {
      const std::string reason = rules.reason_for_float(op);
      if (!reason.empty()) broken.push_back(broken_fusion(graph, unit, op, reason));
    }
  }
  return broken;
}

}  // namespace halftone

#include "halftone/plan.h"

namespace halftone {
namespace {

/// What is said of the unit of that anchor; of one that is not named, why it stays in float.
UnitChoice chosen_for(const UnitCapability& unit, const std::string& anchor, const TuneConfig& config) {
  const auto found = config.units.find(anchor);
  if (found == config.units.end()) {
    return {std::nullopt, unit.reason.empty() ? "the configuration does not name it" : unit.reason};
  }
  return found->second;
}

}  // namespace

QuantizationPlan plan_as_chosen(const GraphView& graph, const Capability& capability, const TuneConfig& config) {
  QuantizationPlan plan;
  plan.layout = config.layout;
  for (const OpNode& op : graph.ops()) {
    OpPlan& planned = plan.ops.emplace_back();
    planned.name = op.name;
    planned.type = op.type;
    planned.pattern = op.type;
    planned.reason = "it is in no unit of the capability";
  }
  for (const UnitCapability& unit : capability.units) {
    const OpId anchor = unit.unit.anchor();
    const UnitChoice chosen = chosen_for(unit, graph.op(anchor).name, config);
    for (const OpId op : unit.unit.ops) {
      OpPlan& planned = plan.ops[static_cast<std::size_t>(op)];
      planned.pattern = unit.unit.pattern;
      planned.quantized = chosen.choice.has_value();
      planned.is_anchor = op == anchor;
      planned.choice = chosen.choice;
      planned.reason = planned.quantized ? std::string() : chosen.reason;
    }
  }
  return plan;
}

}  // namespace halftone

#include "halftone/plan.h"

namespace halftone {
namespace {

// The first choice, or the first that differs from it in nothing but the range method asked for.
OpChoice first_choice(const std::vector<OpChoice>& choices, std::optional<RangeMethod> method) {
  OpChoice wanted = choices.front();
  if (!method) return wanted;
  wanted.activation.range_method = *method;
  for (const OpChoice& choice : choices) {
    if (choice == wanted) return wanted;
  }
  return choices.front();
}

}  // namespace

TuneConfig default_config(const GraphView& graph, const Capability& capability, std::optional<RangeMethod> method) {
  TuneConfig config;
  for (const UnitCapability& unit : capability.units) {
    UnitChoice& chosen = config.units[graph.op(unit.unit.anchor()).name];
    if (unit.choices.empty())
      chosen.reason = unit.reason;
    else
      chosen.choice = first_choice(unit.choices, method);
  }
  return config;
}

}  // namespace halftone

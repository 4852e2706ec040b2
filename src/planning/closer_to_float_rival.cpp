#include <algorithm>

#include "halftone/plan.h"

namespace halftone {
namespace {

/// What a tensor would lose if its reader took it in float.
struct Arrival {
  bool in_integers = false;     ///< an op gives it quantized, or only moves what another gives so
  bool costs_a_kernel = false;  ///< the op that gives it would run in float itself if nobody read it quantized
};

/// Walks the units in the order of the graph, so that what arrives at a unit is settled before its own choice is.
class RivalBuilder {
 public:
  RivalBuilder(const GraphView& graph, const Capability& capability, const TuneConfig& config)
      : graph_(graph), capability_(capability), config_(config), arrivals_(graph.tensors().size()) {}

  TuneConfig build() {
    for (const UnitCapability& unit : capability_.units) {
      const auto named = config_.units.find(graph_.op(unit.unit.anchor()).name);
      if (named == config_.units.end()) continue;
      std::optional<OpChoice>& choice = named->second.choice;
      const Arrival input = arrival_at(unit.unit);
      if (choice && !input.costs_a_kernel) take_advice(unit, *choice);
      const Arrival output = arrival_behind(unit.unit, choice, input);
      for (const OpId op : unit.unit.ops) {
        for (const TensorId tensor : graph_.op(op).outputs) {
          if (tensor != kNone) arrivals_[static_cast<std::size_t>(tensor)] = output;
        }
      }
    }
    return std::move(config_);
  }

 private:
  static void take_advice(const UnitCapability& unit, OpChoice& choice) {
    if (choice.advice == Advice::closer_to_float) return;
    const auto advised = std::ranges::find(unit.choices, Advice::closer_to_float, &OpChoice::advice);
    if (advised != unit.choices.end()) choice = *advised;
  }

  Arrival arrival_at(const QuantizationUnit& unit) const {
    Arrival any;
    for (const OpId op : unit.ops) {
      const OpNode& node = graph_.op(op);
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == kNone || node.role(i) != InputRole::activation) continue;
        const Arrival& input = arrivals_[static_cast<std::size_t>(node.inputs[i])];
        any.in_integers |= input.in_integers;
        any.costs_a_kernel |= input.costs_a_kernel;
      }
    }
    return any;
  }

  Arrival arrival_behind(const QuantizationUnit& unit, const std::optional<OpChoice>& choice,
                         const Arrival& input) const {
    if (!choice || choice->quant_mode != QuantMode::static_) return {};
    if (graph_.op(unit.anchor()).meaning.is_product) return {true, !choice->float_output};
    if (choice->runs == Runs::moves) return input;
    return {input.in_integers, input.in_integers};
  }

  const GraphView& graph_;
  const Capability& capability_;
  TuneConfig config_;
  std::vector<Arrival> arrivals_;
};

}  // namespace

std::optional<TuneConfig> closer_to_float_rival(const GraphView& graph, const Capability& capability,
                                                const TuneConfig& config) {
  TuneConfig rival = RivalBuilder(graph, capability, config).build();
  return rival == config ? std::nullopt : std::optional(std::move(rival));
}

}  // namespace halftone

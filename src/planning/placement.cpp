#include "planning/placement.h"

#include <algorithm>

namespace halftone {
namespace {

constexpr const char* kFloatInputs = "its inputs arrive in float, so low precision would only add conversions";
constexpr const char* kFloatReaders =
    "nothing that reads its result runs in low precision, so it would only add rounding";

}  // namespace

Placement::Placement(const GraphView& graph, const Capability& capability, const TuneConfig& config,
                     const std::vector<std::string>& excluded)
    : graph_(graph), capability_(capability), given_(config.tensors), unit_of_op_(graph.ops().size(), 0) {
  for (std::size_t i = 0; i < units().size(); ++i) {
    for (const OpId op : units()[i].unit.ops) unit_of_op_[static_cast<std::size_t>(op)] = i;
  }
  choose(config, excluded);
  while (take_back_one_round()) {
  }
}

void Placement::choose(const TuneConfig& config, const std::vector<std::string>& excluded) {
  for (std::size_t i = 0; i < units().size(); ++i) {
    const UnitCapability& unit = units()[i];
    const auto chosen = config.units.find(graph_.op(unit.unit.anchor()).name);
    UnitPlacement placement;
    if (!excluded[i].empty()) {
      placement.reason = excluded[i];
    } else if (chosen == config.units.end()) {
      placement.reason = unit.reason.empty() ? "the configuration does not name it" : unit.reason;
    } else {
      placement = {chosen->second.choice, chosen->second.reason};
    }
    placements_.push_back(std::move(placement));
  }
}

bool Placement::take_back_one_round() {
  bool changed = false;
  for (std::size_t i = 0; i < units().size(); ++i) {
    if (!placements_[i].carries_integers() || anchor_is_product(i)) continue;
    const char* reason = nullptr;
    if (!any_input_written_quantized(i))
      reason = kFloatInputs;
    else if (!placements_[i].choice->float_output && !any_output_read_quantized(i))
      reason = kFloatReaders;
    if (reason == nullptr) continue;
    placements_[i] = {std::nullopt, reason};
    changed = true;
  }
  return changed;
}

bool Placement::anchor_is_product(std::size_t unit) const {
  return graph_.op(units()[unit].unit.anchor()).meaning.is_product;
}

std::vector<int> Placement::outside_activations(OpId op) const {
  const OpNode& node = graph_.op(op);
  std::vector<int> indices;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNone || node.role(i) != InputRole::activation) continue;
    const OpId producer = graph_.tensor(node.inputs[i]).producer;
    if (producer != kNone && unit_of(producer) == unit_of(op)) continue;
    indices.push_back(static_cast<int>(i));
  }
  return indices;
}

bool Placement::any_input_written_quantized(std::size_t unit) const {
  for (const OpId op : units()[unit].unit.ops) {
    for (const int index : outside_activations(op)) {
      if (is_written_quantized(graph_.op(op).inputs[static_cast<std::size_t>(index)])) return true;
    }
  }
  return false;
}

bool Placement::any_output_read_quantized(std::size_t unit) const {
  const std::vector<TensorId>& outputs = outputs_of(unit);
  return std::any_of(outputs.begin(), outputs.end(), [&](TensorId t) { return t != kNone && is_read_quantized(t); });
}

bool Placement::is_read_quantized(TensorId tensor) const {
  for (const TensorUse& use : graph_.tensor(tensor).uses) {
    if (!placements_[unit_of(use.op)].carries_integers()) continue;
    const std::vector<int> reads = outside_activations(use.op);
    if (std::find(reads.begin(), reads.end(), use.input) != reads.end()) return true;
  }
  return false;
}

bool Placement::is_written_quantized(TensorId tensor) const {
  const OpId producer = graph_.tensor(tensor).producer;
  if (producer == kNone) return false;
  const std::size_t index = unit_of(producer);
  if (!placements_[index].carries_integers()) return false;
  const std::vector<TensorId>& outputs = outputs_of(index);
  if (std::find(outputs.begin(), outputs.end(), tensor) == outputs.end()) return false;
  return !placements_[index].choice->float_output || is_read_quantized(tensor);
}

const GivenParameters* Placement::given(TensorId tensor) const {
  const auto found = given_.find(graph_.tensor(tensor).name);
  return found == given_.end() ? nullptr : &found->second;
}

const std::vector<TensorId>& Placement::outputs_of(std::size_t unit) const {
  return graph_.op(units()[unit].unit.ops.back()).outputs;
}

}  // namespace halftone

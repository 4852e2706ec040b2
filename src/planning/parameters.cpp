#include "planning/parameters.h"

#include <algorithm>

#include "halftone/error.h"
#include "tensor/float_values.h"

namespace halftone {
namespace {

Range extremes_of(std::span<const float> values) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

int find_input(const OpNode& node, InputRole role) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != kNone && node.role(i) == role) return static_cast<int>(i);
  }
  return -1;
}

std::optional<Range> fixed_range(const Placement& placement, const ScaleGroup& group) {
  if (group.sources.size() != 1 || !group.constants.empty()) return std::nullopt;
  const OpId producer = placement.graph().tensor(group.sources.front()).producer;
  if (producer == kNone) return std::nullopt;
  return placement.graph().op(producer).meaning.fixed_output_range;
}

void refuse_nonfinite(const TensorStatistics& statistics, const std::string& tensor) {
  if (statistics.nan == 0 && statistics.inf == 0) return;
  throw Error(ErrorCode::invalid_data,
              "tensor '" + tensor + "' held " + std::to_string(statistics.nan) + " NaN and " +
                  std::to_string(statistics.inf) + " infinite values during calibration",
              "look at the calibration data (halftone data), or keep the op that makes them in float");
}

// Specs of every quantized op that reads the tensor, products first.
std::optional<QuantSpec> spec_of_readers(const Placement& placement, TensorId tensor, bool products) {
  for (const TensorUse& use : placement.graph().tensor(tensor).uses) {
    const UnitPlacement& unit = placement.unit(placement.unit_of(use.op));
    if (!unit.carries_integers() || placement.graph().op(use.op).meaning.is_product != products) continue;
    const std::vector<int> reads = placement.outside_activations(use.op);
    if (std::find(reads.begin(), reads.end(), use.input) != reads.end()) return unit.choice->activation;
  }
  return std::nullopt;
}

std::optional<int> channel_axis(const OpNode& node, const Shape& weight, const QuantSpec& spec) {
  if (spec.granularity != Granularity::per_channel || !node.meaning.channel_axis) return std::nullopt;
  const int rank = static_cast<int>(weight.size());
  const int axis = *node.meaning.channel_axis;
  return axis < 0 ? axis + rank : axis;
}

}  // namespace

QuantSpec spec_of_group(const Placement& placement, const ScaleGroup& group) {
  for (const bool products : {true, false}) {
    for (const TensorId tensor : group.tensors) {
      if (const auto spec = spec_of_readers(placement, tensor, products)) return *spec;
    }
  }
  const OpId producer = placement.graph().tensor(group.tensors.front()).producer;
  return placement.unit(placement.unit_of(producer)).choice->activation;
}

GroupParameters parameters_of_group(const Placement& placement, const ScaleGroup& group,
                                    const CalibrationTable* table) {
  const auto fixed = fixed_range(placement, group);
  GroupParameters result{spec_of_group(placement, group), std::nullopt, {}, fixed.has_value()};
  if (table == nullptr) return result;
  if (fixed) {
    result.params = params_from_range(*fixed, result.spec);
    return result;
  }
  std::optional<TensorStatistics> merged;
  for (const TensorId source : group.sources) {
    const std::string& name = placement.graph().tensor(source).name;
    const auto seen = table->tensors.find(name);
    if (seen == table->tensors.end() || seen->second.count == 0) {
      result.missing = name;
      return result;
    }
    refuse_nonfinite(seen->second, name);
    merged = merged ? merge(*merged, seen->second) : seen->second;
  }
  Range range = choose_range(*merged, result.spec);
  for (const TensorId constant : group.constants) {
    const Range held = extremes_of(FloatValues(placement.graph().tensor(constant).value->read()).get());
    range = {std::min(range.low, held.low), std::max(range.high, held.high)};
  }
  result.params = params_from_range(range, result.spec);
  return result;
}

ConstantParameters constants_to_quantize(const GraphView& graph, OpId op, const OpChoice& choice) {
  ConstantParameters result;
  const OpNode& node = graph.op(op);
  const int weight = find_input(node, InputRole::weight), bias = find_input(node, InputRole::bias);
  if (!choice.weight || weight < 0) return result;
  result.weight =
      ConstantPlan{graph.tensor(node.inputs[static_cast<std::size_t>(weight)]).name, weight, *choice.weight, {}, {}};
  if (bias < 0) return result;
  const QuantSpec spec{.dtype = DType::s32, .scheme = Scheme::symmetric, .granularity = choice.weight->granularity};
  result.bias = ConstantPlan{graph.tensor(node.inputs[static_cast<std::size_t>(bias)]).name, bias, spec, {}, {}};
  return result;
}

void choose_parameters(const GraphView& graph, OpId op, const QuantParams* input, ConstantParameters& constants) {
  if (!constants.weight) return;
  const OpNode& node = graph.op(op);
  const FloatValues weight(graph.tensor(*graph.find_tensor(constants.weight->tensor)).value->read());
  const QuantSpec& spec = constants.weight->spec;
  QuantParams params = params_from_weight(weight.get(), weight.shape(), channel_axis(node, weight.shape(), spec), spec);
  if (constants.bias && input != nullptr) {
    const FloatValues bias(graph.tensor(*graph.find_tensor(constants.bias->tensor)).value->read());
    constants.lifted = guard_weight_scale(params, bias.get(), input->scale.front());
    constants.bias->params = quantize_bias(bias.get(), input->scale.front(), params).params;
  }
  constants.weight->params = std::move(params);
}

QuantParams parameters_of_constant_activation(const Tensor& value, const QuantSpec& spec) {
  return params_from_range(extremes_of(FloatValues(value).get()), spec);
}

}  // namespace halftone

#include "planning/parameters.h"

#include <algorithm>
#include <variant>

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

/// The first tensor of the group that the user gives parameters for.
std::optional<TensorId> find_given(const Placement& placement, const ScaleGroup& group) {
  std::optional<TensorId> first;
  for (const TensorId tensor : group.tensors) {
    const GivenParameters* const given = placement.given(tensor);
    if (given == nullptr) continue;
    if (!first) first = tensor;
    if (*given == *placement.given(*first)) continue;
    throw Error(ErrorCode::configuration,
                "tensors '" + placement.graph().tensor(*first).name + "' and '" +
                    placement.graph().tensor(tensor).name + "' share one scale, but are given different parameters",
                "ops between them only move values: give both the same, or keep such an op in float");
  }
  return first;
}

QuantParams params_of_given(const GivenParameters& given, const QuantSpec& spec, const std::string& tensor) {
  if (const auto* range = std::get_if<Range>(&given)) return params_from_range(*range, spec);
  const auto& [scale, zero_point] = std::get<GivenScale>(given);
  QuantSpec whole = spec;
  whole.scheme = Scheme::asymmetric;
  const QuantLimits limits = quant_limits(whole);
  // Of a symmetric type every range has the same zero point.
  const std::int32_t middle = params_from_range({-1, 1}, spec).zero_point.front();
  const bool symmetric = spec.scheme == Scheme::symmetric;
  if (zero_point < limits.low || zero_point > limits.high || (symmetric && zero_point != middle)) {
    throw Error(ErrorCode::configuration,
                "tensor '" + tensor + "' is quantized to " + std::string(to_string(spec.dtype)) + ", " +
                    std::string(to_string(spec.scheme)) + ": " + std::to_string(zero_point) +
                    " cannot be its zero point",
                symmetric ? "it is " + std::to_string(middle)
                          : "it lies from " + std::to_string(limits.low) + " to " + std::to_string(limits.high));
  }
  return {spec.dtype, {scale}, {zero_point}, std::nullopt};
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

TensorStatistics merged(const std::vector<const TensorStatistics*>& sources) {
  TensorStatistics all = *sources.front();
  for (std::size_t i = 1; i < sources.size(); ++i) all = merge(all, *sources[i]);
  return all;
}

QuantParams weight_parameters(const GraphView& graph, const OpNode& node, const ConstantPlan& constant,
                              PlanningCache* cache) {
  const Constant& stored = *graph.tensor(*graph.find_tensor(constant.tensor)).value;
  const std::optional<int> axis = channel_axis(node, stored.shape(), constant.spec);
  const auto work_out = [&] {
    const FloatValues values(stored.read());
    return params_from_weight(values.get(), values.shape(), axis, constant.spec);
  };
  if (cache == nullptr) return work_out();
  return cache->parameters(constant.tensor + "\n" + std::to_string(axis.value_or(-1)) + " " + key_of(constant.spec),
                           work_out);
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

GroupParameters parameters_of_group(const Placement& placement, const ScaleGroup& group, const CalibrationTable* table,
                                    PlanningCache* cache) {
  const auto fixed = fixed_range(placement, group);
  const auto given = find_given(placement, group);
  GroupParameters result{spec_of_group(placement, group), {}, {}, given || fixed, given};
  if (given) {
    // Checked before data are looked at, too.
    QuantParams params = params_of_given(*placement.given(*given), result.spec, placement.graph().tensor(*given).name);
    if (table != nullptr) result.params = std::move(params);
    return result;
  }
  if (table == nullptr) return result;
  if (fixed) {
    result.params = params_from_range(*fixed, result.spec);
    return result;
  }
  std::string key = key_of(result.spec);
  std::vector<const TensorStatistics*> sources;
  for (const TensorId source : group.sources) {
    const std::string& name = placement.graph().tensor(source).name;
    const auto seen = table->tensors.find(name);
    if (seen == table->tensors.end() || seen->second.count == 0) {
      result.missing = name;
      return result;
    }
    refuse_nonfinite(seen->second, name);
    sources.push_back(&seen->second);
    key += "\n" + name;
  }
  const auto work_out = [&] { return choose_range(merged(sources), result.spec); };
  Range range = cache != nullptr ? cache->range(key, work_out) : work_out();
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
  for (std::size_t i = static_cast<std::size_t>(weight) + 1; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNone || node.role(i) != InputRole::weight || result.recurrent_weight) continue;
    result.recurrent_weight =
        ConstantPlan{graph.tensor(node.inputs[i]).name, static_cast<int>(i), *choice.weight, {}, {}};
  }
  if (bias < 0) return result;
  const QuantSpec spec{.dtype = DType::s32, .scheme = Scheme::symmetric, .granularity = choice.weight->granularity};
  result.bias = ConstantPlan{graph.tensor(node.inputs[static_cast<std::size_t>(bias)]).name, bias, spec, {}, {}};
  return result;
}

void choose_parameters(const GraphView& graph, OpId op, const QuantParams* input, ConstantParameters& constants,
                       PlanningCache* cache) {
  if (!constants.weight) return;
  const OpNode& node = graph.op(op);
  QuantParams params = weight_parameters(graph, node, *constants.weight, cache);
  if (constants.bias && input != nullptr) {
    const FloatValues bias(graph.tensor(*graph.find_tensor(constants.bias->tensor)).value->read());
    constants.lifted = guard_weight_scale(params, bias.get(), input->scale.front());
    constants.bias->params = quantize_bias(bias.get(), input->scale.front(), params).params;
  }
  constants.weight->params = std::move(params);
  if (!constants.recurrent_weight) return;
  constants.recurrent_weight->params = weight_parameters(graph, node, *constants.recurrent_weight, cache);
}

std::string key_of(const QuantSpec& spec) {
  std::string key(to_string(spec.dtype));
  key.append(" ").append(to_string(spec.scheme)).append(" ").append(to_string(spec.granularity));
  key.append(" ").append(to_string(spec.range_method)).append(" ").append(std::to_string(spec.group_size));
  return key + (spec.reduce_range ? " reduced" : "");
}

QuantParams parameters_of_constant_activation(const Tensor& value, const QuantSpec& spec) {
  return params_from_range(extremes_of(FloatValues(value).get()), spec);
}

}  // namespace halftone

#include "verbs/saturating_product.h"

#include <algorithm>
#include <cmath>

#include "quantization/channel_layout.h"

namespace halftone {
namespace {

constexpr std::size_t kPositions = 64;  ///< of each sample

/// Orders a weight of any shape as outputs × taps × inputs.
void take_rows(const Tensor& quantized, const OpMeaning& meaning, SaturatingProduct& product) {
  const Shape& shape = quantized.shape();
  const auto values = quantized.values<std::int8_t>();
  const ChannelLayout out = channel_layout(shape, normalized_axis(shape, *meaning.channel_axis));
  const ChannelLayout in = channel_layout(shape, normalized_axis(shape, *meaning.weight_input_axis));
  product.rows.outputs = out.channels;
  product.rows.inputs = in.channels;
  product.rows.taps = values.size() / (out.channels * in.channels);
  product.weights.resize(values.size());
  std::vector<std::size_t> next_tap(out.channels * in.channels, 0);
  for (std::size_t at = 0; at < values.size(); ++at) {
    const std::size_t o = at / out.inner % out.channels, i = at / in.inner % in.channels;
    const std::size_t tap = next_tap[o * in.channels + i]++;
    product.weights[(o * product.rows.taps + tap) * in.channels + i] = values[at];
  }
  product.rows.values = product.weights;
}

/// Kernels read signed activations as unsigned ones, shifted by half their range.
std::vector<std::uint8_t> unsigned_values(std::span<const float> values, const QuantParams& params) {
  const Tensor quantized = quantize(values, {static_cast<std::int64_t>(values.size())}, params);
  std::vector<std::uint8_t> result(values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = params.dtype == DType::s8 ? static_cast<std::uint8_t>(quantized.values<std::int8_t>()[i] + 128)
                                          : quantized.values<std::uint8_t>()[i];
  }
  return result;
}

QuantParams activation_params(const SaturatingProduct& product, const QuantizationPlan& plan,
                              std::span<const float> values) {
  const TensorPlan* const tensor = plan.find_tensor(product.read);
  if (!product.plan->is_dynamic() && tensor != nullptr && tensor->params) return *tensor->params;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return params_from_range({*low, *high}, product.plan->choice->activation);
}

/// The input channels at one position times all weights.
void multiply(const SaturatingProduct& product, std::span<const std::uint8_t> channels, float input_scale,
              SaturationEvidence& evidence) {
  const WeightRows& rows = product.rows;
  const QuantParams& weight = *product.plan->weight->params;
  const std::size_t groups = channels.size() / rows.inputs;
  for (std::size_t o = 0; o < rows.outputs; ++o) {
    const std::size_t group = o * groups / rows.outputs;
    const Saturation sums = simulate_saturation(channels.subspan(group * rows.inputs, rows.inputs), rows, o, o + 1);
    evidence.sums += sums;
    const double step = double{input_scale} * (weight.axis ? weight.scale[o] : weight.scale.front());
    evidence.noise += sums.squared_error * step * step;
    ++evidence.estimates;
  }
}

}  // namespace

SaturationEvidence& SaturationEvidence::operator+=(const SaturationEvidence& other) {
  sums += other.sums;
  signal += other.signal;
  noise += other.noise;
  results += other.results;
  estimates += other.estimates;
  return *this;
}

std::unique_ptr<SaturatingProduct> find_saturating_product(const GraphView& graph, const OpPlan& plan,
                                                           const OpNode& node) {
  const OpMeaning& meaning = node.meaning;
  const bool multiplies = plan.quantized && plan.choice && plan.choice->runs == Runs::int8 && !plan.is_weight_only();
  if (!multiplies || !plan.weight || !plan.weight->params || plan.weight->params->dtype != DType::s8) return nullptr;
  if (!meaning.channel_axis || !meaning.weight_input_axis || !meaning.activation_channel_axis) return nullptr;
  const std::vector<int>& inputs = plan.is_dynamic() ? plan.dynamic_inputs : plan.quantized_inputs;
  if (inputs.empty()) return nullptr;
  const Tensor weight = graph.tensor(*graph.find_tensor(plan.weight->tensor)).value->read();
  const Tensor quantized = quantize(weight.to_floats(), weight.shape(), *plan.weight->params);
  if (quantized.size() == 0) return nullptr;
  auto product = std::make_unique<SaturatingProduct>();  // rows point into it
  product->plan = &plan;
  product->meaning = &meaning;
  product->read = graph.tensor(node.inputs[static_cast<std::size_t>(inputs.front())]).name;
  product->written = graph.tensor(node.outputs.front()).name;
  take_rows(quantized, meaning, *product);
  return can_saturate(product->rows) ? std::move(product) : nullptr;
}

SaturationEvidence look_at_input(const SaturatingProduct& product, const QuantizationPlan& plan, const Tensor& value) {
  SaturationEvidence evidence;
  const std::vector<float> values = value.to_floats();
  if (values.empty() || !std::ranges::all_of(values, [](float each) { return std::isfinite(each); })) return evidence;
  const ChannelLayout layout =
      channel_layout(value.shape(), normalized_axis(value.shape(), *product.meaning->activation_channel_axis));
  if (layout.channels % product.rows.inputs != 0) return evidence;
  const QuantParams params = activation_params(product, plan, values);
  const std::size_t positions = layout.outer * layout.inner, step = std::max<std::size_t>(positions / kPositions, 1);
  std::vector<float> channels(layout.channels);
  for (std::size_t position = 0; position < positions; position += step) {
    const std::size_t outer = position / layout.inner, inner = position % layout.inner;
    for (std::size_t c = 0; c < layout.channels; ++c) {
      channels[c] = values[(outer * layout.channels + c) * layout.inner + inner];
    }
    multiply(product, unsigned_values(channels, params), params.scale.front(), evidence);
  }
  return evidence;
}

SaturationEvidence look_at_output(const Tensor& value) {
  SaturationEvidence evidence;
  for (const float each : value.to_floats()) evidence.signal += double{each} * each;
  evidence.results = value.size();
  return evidence;
}

}  // namespace halftone

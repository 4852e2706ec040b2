#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

/// Half of what 32 bits hold: the other half is left for the accumulator.
constexpr double kLargestBias = 1 << 30;

void require_bias(std::span<const float> bias, float input_scale, const QuantParams& weight) {
  if (!std::isfinite(input_scale) || input_scale <= 0) {
    std::ostringstream message;
    message << "input scale " << input_scale << " is not positive and finite";
    throw Error(ErrorCode::invalid_argument, message.str(), "take it from params_from_range()");
  }
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(bias.begin(), bias.end(), finite)) {
    throw Error(ErrorCode::invalid_data, "a bias holds NaN or infinities", "repair the float model");
  }
  const std::size_t scales = weight.scale.size();
  if (scales == 1 || bias.empty() || scales == bias.size()) return;
  throw Error(ErrorCode::invalid_argument,
              "a bias of " + std::to_string(bias.size()) + " values does not go with " + std::to_string(scales) +
                  " weight scales",
              "the weight needs one scale, or one for each value of the bias");
}

/// Largest magnitude of the bias values that weight scale `channel` of `scales` answers for; 0 without a bias.
float bias_extreme(std::span<const float> bias, std::size_t channel, std::size_t scales) {
  float extreme = 0;
  const bool shared = scales == 1;
  if (!shared && bias.empty()) return 0;
  for (const float value : shared ? bias : bias.subspan(channel, 1)) extreme = std::max(extreme, std::abs(value));
  return extreme;
}

bool is_wide_enough(float weight_scale, float input_scale, float extreme) {
  const float product = input_scale * weight_scale;
  return product >= FLT_MIN && extreme <= kLargestBias * product;
}

[[noreturn]] void fail_out_of_reach(float input_scale, float weight_scale, float extreme) {
  std::ostringstream message;
  message << "a bias of " << extreme << " cannot be added in 32 bits to the products of input scale " << input_scale
          << " and weight scale " << weight_scale;
  throw Error(ErrorCode::invalid_data, message.str(), "leave this op in float");
}

/// The smallest scale that serves, found from below. Throws invalid_data when none is finite.
float lifted_scale(float input_scale, float extreme) {
  const double product = std::max(double{FLT_MIN}, extreme / kLargestBias);
  const double wanted = product / input_scale;
  if (wanted < FLT_MAX) {
    float scale = std::max(static_cast<float>(wanted), FLT_MIN);
    while (!is_wide_enough(scale, input_scale, extreme)) {
      scale = std::nextafter(scale, std::numeric_limits<float>::infinity());
    }
    if (std::isfinite(scale)) return scale;
  }
  fail_out_of_reach(input_scale, std::numeric_limits<float>::infinity(), extreme);
}

float bias_scale(float input_scale, float weight_scale) {
  const float product = input_scale * weight_scale;
  if (std::isnormal(product)) return product;
  std::ostringstream message;
  message << "the bias scale " << input_scale << " * " << weight_scale << " is not a normal number";
  throw Error(ErrorCode::internal, message.str(), "call guard_weight_scale first");
}

std::int32_t quantized_bias(float bias, float scale) {
  const double value = std::nearbyint(bias / double{scale});
  if (std::abs(value) <= std::numeric_limits<std::int32_t>::max()) return static_cast<std::int32_t>(value);
  std::ostringstream message;
  message << "bias " << bias << " does not fit 32 bits at scale " << scale;
  throw Error(ErrorCode::internal, message.str(), "call guard_weight_scale first");
}

}  // namespace

QuantizedBias quantize_bias(std::span<const float> bias, float input_scale, const QuantParams& weight) {
  require_bias(bias, input_scale, weight);
  QuantParams params{DType::s32, {}, std::vector<std::int32_t>(weight.scale.size(), 0), std::nullopt};
  if (weight.axis && weight.scale.size() == bias.size()) params.axis = 0;
  for (const float scale : weight.scale) params.scale.push_back(bias_scale(input_scale, scale));

  std::vector<std::int32_t> values;
  values.reserve(bias.size());
  for (std::size_t i = 0; i < bias.size(); ++i) {
    values.push_back(quantized_bias(bias[i], params.scale[params.scale.size() == 1 ? 0 : i]));
  }
  const auto size = static_cast<std::int64_t>(values.size());
  return {Tensor::from(std::move(values), {size}), std::move(params)};
}

int guard_weight_scale(QuantParams& weight, std::span<const float> bias, float input_scale) {
  require_bias(bias, input_scale, weight);
  int lifted = 0;
  for (std::size_t channel = 0; channel < weight.scale.size(); ++channel) {
    const float extreme = bias_extreme(bias, channel, weight.scale.size());
    if (!std::isfinite(input_scale * weight.scale[channel])) {
      fail_out_of_reach(input_scale, weight.scale[channel], extreme);
    }
    if (is_wide_enough(weight.scale[channel], input_scale, extreme)) continue;
    weight.scale[channel] = lifted_scale(input_scale, extreme);
    ++lifted;
  }
  return lifted;
}

}  // namespace halftone

#include "quantization/saturation.h"

#include <algorithm>
#include <limits>

namespace halftone {
namespace {

constexpr std::int32_t kLow = std::numeric_limits<std::int16_t>::min();
constexpr std::int32_t kHigh = std::numeric_limits<std::int16_t>::max();
constexpr std::int32_t kLargestActivation = std::numeric_limits<std::uint8_t>::max();

/// The sum of two neighbouring products, exactly.
std::int32_t pair_sum(std::span<const std::uint8_t> a, std::span<const std::int8_t> w, std::size_t at) {
  const std::int32_t first = std::int32_t{a[at]} * w[at];
  return at + 1 < a.size() ? first + std::int32_t{a[at + 1]} * w[at + 1] : first;
}

}  // namespace

Saturation& Saturation::operator+=(const Saturation& other) {
  pairs += other.pairs;
  saturated += other.saturated;
  squared_error += other.squared_error;
  return *this;
}

std::int32_t saturating_dot(std::span<const std::uint8_t> activations, std::span<const std::int8_t> weights) {
  std::int32_t sum = 0;
  for (std::size_t at = 0; at < activations.size(); at += 2) {
    sum += std::clamp(pair_sum(activations, weights, at), kLow, kHigh);
  }
  return sum;
}

bool can_saturate(const WeightRows& weights) {
  for (std::size_t row = 0; row < weights.outputs * weights.taps; ++row) {
    const auto values = weights.values.subspan(row * weights.inputs, weights.inputs);
    for (std::size_t at = 0; at + 1 < values.size(); at += 2) {
      // Activations are not negative: the sum is largest where they stand at positive weights alone.
      std::int32_t positive = 0, negative = 0;
      for (const std::int8_t weight : values.subspan(at, 2)) {
        positive += std::max<std::int32_t>(weight, 0);
        negative += std::min<std::int32_t>(weight, 0);
      }
      if (positive * kLargestActivation > kHigh || negative * kLargestActivation < kLow) return true;
    }
  }
  return false;
}

Saturation simulate_saturation(std::span<const std::uint8_t> activations, const WeightRows& weights, std::size_t first,
                               std::size_t last) {
  Saturation result;
  for (std::size_t output = first; output < last; ++output) {
    std::int64_t error = 0;
    for (std::size_t tap = 0; tap < weights.taps; ++tap) {
      const std::size_t row = output * weights.taps + tap;
      const auto values = weights.values.subspan(row * weights.inputs, weights.inputs);
      for (std::size_t at = 0; at < values.size(); at += 2) {
        const std::int32_t sum = pair_sum(activations, values, at);
        const std::int32_t excess = sum - std::clamp(sum, kLow, kHigh);
        result.saturated += excess != 0 ? 1 : 0;
        error += excess;
      }
    }
    result.pairs += weights.taps * ((weights.inputs + 1) / 2);
    result.squared_error += static_cast<double>(error) * static_cast<double>(error);
  }
  return result;
}

}  // namespace halftone

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace halftone {

/// A matrix of weights as the outputs of a product see it: for each output and each tap (a position of a convolution's
/// kernel; one where there is none) a row of input channels.
struct WeightRows {
  std::span<const std::int8_t> values;  ///< outputs × taps × inputs
  std::size_t outputs = 0;
  std::size_t taps = 1;
  std::size_t inputs = 0;
};

/// What came of adding products of 8 bits in pairs, in 16 bits that saturate.
struct Saturation {
  std::uint64_t pairs = 0;      ///< sums of two products
  std::uint64_t saturated = 0;  ///< those that did not fit
  /// Squared errors of the results, in units of one step of the weight times one of the activation, by output.
  double squared_error = 0;
  double share() const { return pairs == 0 ? 0 : static_cast<double>(saturated) / static_cast<double>(pairs); }
  Saturation& operator+=(const Saturation& other);
};

/// A dot product as CPUs without VNNI compute it: neighbours along the input channels are multiplied and added in
/// pairs, each sum of two is cut to 16 bits, the sums are added in 32. Where their number is odd, the last stands
/// alone. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, PMADDUBSW.
std::int32_t saturating_dot(std::span<const std::uint8_t> activations, std::span<const std::int8_t> weights);

/// Whether any pair of neighbouring weights can saturate, whatever the activations.
bool can_saturate(const WeightRows& weights);

/// One position's input channels times the weights of outputs `first` to `last` (excluded). Taps of a convolution are
/// all multiplied by that same position, as if its neighbours were alike: exact for one tap, an estimate for more
/// (where kernels may also pair the odd last channel of one tap with the first of the next).
Saturation simulate_saturation(std::span<const std::uint8_t> activations, const WeightRows& weights, std::size_t first,
                               std::size_t last);

}  // namespace halftone

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// symmetric: zero point is the middle of the type; asymmetric: zero point wherever real zero falls.
enum class Scheme { symmetric, asymmetric };
/// How many scales a tensor has: one; one for each index of an axis; one for each group of values along an axis.
enum class Granularity { per_tensor, per_channel, per_group };
/// How a range is chosen from calibration statistics (see calibration.h).
enum class RangeMethod { minmax, percentile, kl, mse };
enum class QuantMode { static_, dynamic, weight_only, qat };
enum class QuantFormat { qdq, qlinear, integer };

std::string_view to_string(Scheme);
std::string_view to_string(Granularity);
std::string_view to_string(RangeMethod);
std::string_view to_string(QuantMode);  ///< "static", "dynamic", "weight_only", "qat"
std::string_view to_string(QuantFormat);

/// What was chosen for a tensor, before anything is measured.
struct QuantSpec {
  DType dtype = DType::u8;
  Scheme scheme = Scheme::asymmetric;
  Granularity granularity = Granularity::per_tensor;
  RangeMethod range_method = RangeMethod::minmax;
  int group_size = 0;         ///< values in a group; only with per_group
  bool reduce_range = false;  ///< one bit less, for targets whose 8-bit products saturate
  friend bool operator==(const QuantSpec&, const QuantSpec&) = default;
};

/// What was measured: real = scale * (quantized - zero_point). One entry, or one a channel along `axis`.
struct QuantParams {
  DType dtype = DType::u8;
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;
  std::optional<int> axis;  ///< present iff there is one entry a channel
  friend bool operator==(const QuantParams&, const QuantParams&) = default;
};

/// A closed interval of real values.
struct Range {
  float low = 0;
  float high = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// Smallest and largest quantized value of a type under a spec: symmetric types are narrow (-127..127, and 1..255 with
/// zero point 128), so that a scale is the same on both sides; reduce_range halves the span (-64..64 where symmetric
/// and signed: 255 * 64 * 2 fits 16 bits; 0..127 unsigned). Throws unsupported for types that are not 4, 8, 16 or 32
/// bit integers.
struct QuantLimits {
  std::int32_t low;
  std::int32_t high;
};
QuantLimits quant_limits(const QuantSpec& spec);

/// Scale and zero point of a range, which is first widened to contain zero (so that zero is exact: padding and
/// ReLU depend on it). A range of zero width gives scale 1. Scales are finite and never subnormal.
/// Source: B. Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
/// Inference", CVPR 2018, section 2.1. Throws invalid_data for NaN, Inf or low > high.
QuantParams params_from_range(const Range& range, const QuantSpec& spec);

/// Parameters of a weight by the extremes of the tensor, or of each index of `axis` (per_channel).
/// A channel of zeros takes the largest scale of the others (1 where all are zero). Throws invalid_data on NaN or Inf.
QuantParams params_from_weight(std::span<const float> values, const Shape& shape, std::optional<int> axis,
                               const QuantSpec& spec);

/// Quantizes with round half to even and saturation. `shape` gives the axis its meaning; result has the params' dtype
/// (u8, s8, s32 supported). Values must be finite.
Tensor quantize(std::span<const float> values, const Shape& shape, const QuantParams& params);
/// The inverse: scale * (q - zero_point), as f32.
std::vector<float> dequantize(const Tensor& quantized, const QuantParams& params);

/// A weight matrix quantized in groups of neighbours along its input channels, laid out as kernels read it that
/// multiply by weights of few bits: output channel by output channel, each a row of whole groups.
struct GroupedWeight {
  std::size_t outputs = 0;  ///< output channels
  std::size_t inputs = 0;   ///< input channels
  std::size_t groups = 0;   ///< of each output channel; the last may be partly filled up with zeros
  Tensor values;            ///< u8 {outputs, groups, bytes of a group}; 4-bit values two to a byte, the earlier one low
  Tensor scale;             ///< f32 {outputs, groups}
  /// u8 {outputs, bytes of the zero points of a row}, packed like the values; absent where all are the type's middle.
  std::optional<Tensor> zero_point;
};

/// Shapes of what quantize_groups() makes of a matrix; no value is looked at. Throws as that does.
struct GroupedShapes {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  std::size_t groups = 0;
  Shape values;
  Shape scale;
  std::optional<Shape> zero_point;
};
GroupedShapes grouped_shapes(const Shape& shape, int output_axis, const QuantSpec& spec);

/// Quantizes a matrix to the nearest of the values that the extremes of each group span (u4 or u8). `output_axis` (0 or
/// 1) holds the output channels. Any number of threads gives the same bytes.
/// Throws invalid_argument for other shapes, axes and specs, invalid_data for NaN and infinities.
GroupedWeight quantize_groups(std::span<const float> values, const Shape& shape, int output_axis, const QuantSpec& spec,
                              int threads);
/// The inverse, as a matrix of the original shape.
std::vector<float> dequantize_groups(const GroupedWeight& weight, int output_axis, const QuantSpec& spec);
/// Other values for a weight, quantized by the scales and zero points that it has: its `values` anew. Adds to `clipped`
/// how many of them lie outside of what these can express. Throws invalid_data for NaN and infinities, and for another
/// number of values.
Tensor requantize_groups(std::span<const float> values, const GroupedWeight& weight, int output_axis,
                         const QuantSpec& spec, std::size_t& clipped);

/// A bias as 32-bit integers at scale input_scale * weight_scale, the form integer kernels add to their accumulators.
struct QuantizedBias {
  Tensor values;       ///< s32, as many as the bias has
  QuantParams params;  ///< one entry a channel when the weight has
};
/// Throws internal when a value would not fit (call guard_weight_scale first).
QuantizedBias quantize_bias(std::span<const float> bias, float input_scale, const QuantParams& weight);

/// Lifts weight scales so that each bias fits 32 bits with half of the range to spare, and input_scale * weight_scale
/// stays a normal number. Returns how many channels were lifted. Without this, channels with vanishing weights
/// overflow their bias and the output is noise.
int guard_weight_scale(QuantParams& weight, std::span<const float> bias, float input_scale);

}  // namespace halftone

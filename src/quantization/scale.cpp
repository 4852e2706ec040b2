#include "quantization/scale.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <sstream>

#include "halftone/error.h"

namespace halftone {
namespace {

/// Rounded to float, and never subnormal: kernels that flush subnormals to zero would divide by zero.
float float_scale(double scale) { return std::max(static_cast<float>(scale), FLT_MIN); }

ScaleAndZeroPoint symmetric_scale(const Range& range, const QuantLimits& limits) {
  const auto middle = static_cast<std::int32_t>((std::int64_t{limits.high} + limits.low) / 2);
  const double extreme = std::max(-double{range.low}, double{range.high});
  if (extreme == 0) return {1.0F, middle};
  return {float_scale(extreme / (limits.high - middle)), middle};
}

ScaleAndZeroPoint asymmetric_scale(const Range& range, const QuantLimits& limits) {
  const double width = double{range.high} - double{range.low};
  if (width == 0) return {1.0F, 0};
  const float scale = float_scale(width / static_cast<double>(std::int64_t{limits.high} - limits.low));
  const double zero_point = std::nearbyint(limits.low - range.low / double{scale});
  return {scale, static_cast<std::int32_t>(std::clamp<double>(zero_point, limits.low, limits.high))};
}

void require_range(const Range& range) {
  if (std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high) return;
  std::ostringstream message;
  message << "a quantization range must be finite and in order, not [" << range.low << ", " << range.high << "]";
  throw Error(ErrorCode::invalid_data, message.str(), "check the calibration data for NaN and infinities");
}

}  // namespace

ScaleAndZeroPoint scale_of_range(const Range& range, const QuantSpec& spec) {
  const QuantLimits limits = quant_limits(spec);
  return spec.scheme == Scheme::symmetric ? symmetric_scale(range, limits) : asymmetric_scale(range, limits);
}

QuantParams params_from_range(const Range& range, const QuantSpec& spec) {
  require_range(range);
  const auto [scale, zero_point] = scale_of_range({std::min(range.low, 0.0F), std::max(range.high, 0.0F)}, spec);
  return {spec.dtype, {scale}, {zero_point}, std::nullopt};
}

}  // namespace halftone

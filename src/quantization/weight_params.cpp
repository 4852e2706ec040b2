#include <algorithm>
#include <limits>
#include <string>

#include "halftone/error.h"
#include "halftone/quantization.h"
#include "quantization/channel_layout.h"
#include "quantization/extremes.h"
#include "quantization/scale.h"

namespace halftone {
namespace {

/// Smallest and largest value of each channel.
struct ChannelExtremes {
  std::vector<float> min;
  std::vector<float> max;
};

[[noreturn]] void fail_not_finite() {
  throw Error(ErrorCode::invalid_data, "a weight holds NaN or infinities", "repair the float model");
}

/// Channels are innermost: neighbours in memory belong to different channels.
ChannelExtremes extremes_of_columns(std::span<const float> values, const ChannelLayout& layout) {
  ChannelExtremes extremes{std::vector<float>(layout.channels, std::numeric_limits<float>::infinity()),
                           std::vector<float>(layout.channels, -std::numeric_limits<float>::infinity())};
  if (values.empty()) return extremes;
  const MatrixRows matrix{values.data(), layout.outer, layout.channels, layout.channels};
  if (!widen_column_extremes(matrix, extremes.min.data(), extremes.max.data())) fail_not_finite();
  return extremes;
}

ChannelExtremes extremes_of_blocks(std::span<const float> values, const ChannelLayout& layout) {
  ChannelExtremes extremes{std::vector<float>(layout.channels, std::numeric_limits<float>::infinity()),
                           std::vector<float>(layout.channels, -std::numeric_limits<float>::infinity())};
  for (std::size_t block = 0; block < layout.outer * layout.channels; ++block) {
    const Extremes found = scan_extremes(values.subspan(block * layout.inner, layout.inner));
    if (found.nan + found.inf > 0) fail_not_finite();
    const std::size_t channel = block % layout.channels;
    extremes.min[channel] = std::min(extremes.min[channel], found.min);
    extremes.max[channel] = std::max(extremes.max[channel], found.max);
  }
  return extremes;
}

/// One entry a channel. Channels of zeros have no scale of their own: with the largest of the others, a bias that is
/// added to them is represented as well as its neighbours' are.
QuantParams params_of(const ChannelExtremes& extremes, const QuantSpec& spec) {
  QuantParams params{spec.dtype, {}, {}, std::nullopt};
  std::vector<std::size_t> zeros;
  float largest = 0;
  for (std::size_t c = 0; c < extremes.min.size(); ++c) {
    const Range range{std::min(extremes.min[c], 0.0F), std::max(extremes.max[c], 0.0F)};
    const auto [scale, zero_point] = scale_of_range(range, spec);
    params.scale.push_back(scale);
    params.zero_point.push_back(zero_point);
    if (range.low == 0 && range.high == 0) {
      zeros.push_back(c);
    } else {
      largest = std::max(largest, scale);
    }
  }
  if (largest == 0) return params;
  for (const std::size_t c : zeros) params.scale[c] = largest;
  return params;
}

}  // namespace

QuantParams params_from_weight(std::span<const float> values, const Shape& shape, std::optional<int> axis,
                               const QuantSpec& spec) {
  require_shape_of(shape, values.size());
  switch (spec.granularity) {
    case Granularity::per_tensor:
      return params_of(extremes_of_blocks(values, {1, 1, values.size()}), spec);
    case Granularity::per_channel:
      break;
    case Granularity::per_group:
      throw Error(ErrorCode::unsupported, "a weight cannot have per_group parameters of this form",
                  "use per_channel or per_tensor");
  }
  if (!axis) {
    throw Error(ErrorCode::invalid_argument, "per_channel weight of shape " + to_string(shape) + " has no channel axis",
                "give the axis, or use per_tensor");
  }
  const int channel_axis = normalized_axis(shape, *axis);
  const ChannelLayout layout = channel_layout(shape, channel_axis);
  const bool innermost = layout.inner == 1;
  QuantParams params =
      params_of(innermost ? extremes_of_columns(values, layout) : extremes_of_blocks(values, layout), spec);
  params.axis = channel_axis;
  return params;
}

}  // namespace halftone

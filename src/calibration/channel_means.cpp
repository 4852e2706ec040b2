#include "calibration/channel_means.h"

#include <array>
#include <cmath>
#include <numeric>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kUnitsPerStep = 65'536;

/// A tensor as outer × channels × inner.
struct ChannelView {
  std::size_t outer = 1, channels = 1, inner = 1;
};

ChannelView view_channels(const Shape& shape, int axis) {
  const int rank = static_cast<int>(shape.size());
  const int place = axis < 0 ? axis + rank : axis;
  if (place < 0 || place >= rank) {
    throw Error(ErrorCode::invalid_data,
                "a tensor of shape " + to_string(shape) + " has no axis " + std::to_string(axis));
  }
  ChannelView view;
  for (int i = 0; i < rank; ++i) {
    const auto extent = static_cast<std::size_t>(shape[static_cast<std::size_t>(i)]);
    (i < place ? view.outer : i == place ? view.channels : view.inner) *= extent;
  }
  return view;
}

// The integers of one sample, whatever type they have.
template <typename T>
void add_integers(const Tensor& quantized, const ChannelView& view, std::int32_t zero_point,
                  std::vector<std::int64_t>& sums) {
  const T* data = quantized.values<T>().data();
  for (std::size_t i = 0; i < view.outer * view.channels; ++i, data += view.inner) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < view.inner; ++k) sum += data[k];
    sums[i % view.channels] += sum - static_cast<std::int64_t>(view.inner) * zero_point;
  }
}

// Eight sums side by side: the compiler may not reorder additions of doubles, and one sum would wait for each of them.
double sum_of(const float* data, std::size_t count) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += data[i + k];
  }
  for (std::size_t k = 0; i < count; ++i, ++k) lanes[k] += data[i];
  return std::accumulate(lanes.begin(), lanes.end(), 0.0);
}

std::vector<double> add_values(std::span<const float> values, const ChannelView& view) {
  std::vector<double> sums(view.channels, 0.0);
  const float* data = values.data();
  for (std::size_t i = 0; i < view.outer * view.channels; ++i, data += view.inner) {
    sums[i % view.channels] += sum_of(data, view.inner);
  }
  return sums;
}

}  // namespace

void add(ChannelSums& sums, const ChannelSums& part) {
  if (sums.values.empty()) {
    sums = part;
    return;
  }
  if (sums.values.size() != part.values.size()) {
    throw Error(ErrorCode::invalid_data, "a tensor has " + std::to_string(part.values.size()) +
                                             " channels in one sample and " + std::to_string(sums.values.size()) +
                                             " in another");
  }
  for (std::size_t i = 0; i < part.values.size(); ++i) {
    sums.values[i] += part.values[i];
    sums.quantized[i] += part.quantized[i];
  }
  sums.count += part.count;
}

ChannelSums sum_channels(const Tensor& value, int axis, const QuantParams& params) {
  const ChannelView view = view_channels(value.shape(), axis);
  const std::span<const float> values = value.values<float>();
  ChannelSums sums{std::vector<std::int64_t>(view.channels), std::vector<std::int64_t>(view.channels),
                   view.outer * view.inner};
  const double unit = static_cast<double>(params.scale.front()) / kUnitsPerStep;
  const std::vector<double> totals = add_values(values, view);
  for (std::size_t c = 0; c < view.channels; ++c) {
    const double units = totals[c] / unit;
    if (!(std::abs(units) < 9e18))
      throw Error(ErrorCode::invalid_data, "a tensor holds NaN, infinities or values beyond all range");
    sums.values[c] = std::llround(units);
  }
  const Tensor quantized = quantize(values, value.shape(), params);
  if (params.dtype == DType::u8)
    add_integers<std::uint8_t>(quantized, view, params.zero_point.front(), sums.quantized);
  else
    add_integers<std::int8_t>(quantized, view, params.zero_point.front(), sums.quantized);
  return sums;
}

ChannelMeans means_of(const ChannelSums& sums, const QuantParams& params) {
  ChannelMeans means;
  const double scale = params.scale.front();
  const double count = static_cast<double>(sums.count);
  for (std::size_t c = 0; c < sums.values.size(); ++c) {
    means.values.push_back(static_cast<double>(sums.values[c]) * scale / kUnitsPerStep / count);
    means.quantized.push_back(static_cast<double>(sums.quantized[c]) * scale / count);
  }
  return means;
}

}  // namespace halftone

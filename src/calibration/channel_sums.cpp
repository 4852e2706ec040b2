#include "calibration/channel_sums.h"

#include <array>
#include <cmath>
#include <numeric>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kUnitsPerOne = ChannelSums::kUnitsPerOne;
constexpr double kLargest = 9e18;

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
  if (part.count == 0) return;
  if (sums.count == 0) {
    sums = part;
    return;
  }
  if (sums.units.size() != part.units.size()) {
    throw Error(ErrorCode::invalid_data, "a tensor has " + std::to_string(part.units.size()) +
                                             " channels in one sample and " + std::to_string(sums.units.size()) +
                                             " in another");
  }
  for (std::size_t i = 0; i < part.units.size(); ++i) {
    sums.beyond_range |= __builtin_add_overflow(sums.units[i], part.units[i], &sums.units[i]);
  }
  sums.beyond_range |= part.beyond_range;
  sums.count += part.count;
}

ChannelSums sum_channels(const Tensor& value, int axis) {
  const ChannelView view = view_channels(value.shape(), axis);
  ChannelSums sums{std::vector<std::int64_t>(view.channels), view.outer * view.inner, false};
  const std::vector<double> totals = add_values(value.values<float>(), view);
  for (std::size_t c = 0; c < view.channels; ++c) {
    const double units = totals[c] * kUnitsPerOne;
    if (std::abs(units) < kLargest)
      sums.units[c] = std::llround(units);
    else
      sums.beyond_range = true;
  }
  return sums;
}

std::vector<double> means_of(const ChannelSums& sums) {
  std::vector<double> means;
  if (sums.beyond_range || sums.count == 0) return means;
  for (const std::int64_t units : sums.units) {
    means.push_back(static_cast<double>(units) / kUnitsPerOne / static_cast<double>(sums.count));
  }
  return means;
}

}  // namespace halftone

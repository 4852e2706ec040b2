#include "calibration/bin_shapes.h"

#include <algorithm>
#include <cmath>

#include "calibration/bin_grid.h"

namespace halftone {

std::uint64_t count_at(const Histogram& histogram, std::int64_t bin) {
  const std::int64_t place = bin - histogram.first;
  const bool inside = place >= 0 && place < static_cast<std::int64_t>(histogram.counts.size());
  return inside ? histogram.counts[static_cast<std::size_t>(place)] : 0;
}

Histogram folded(const Histogram& histogram) {
  const BinGrid grid = grid_of(histogram);
  if (grid.first >= 0) return histogram;
  // Bin b below zero covers the magnitudes of bin -b - 1.
  const std::int64_t first = grid.last < 0 ? -grid.last - 1 : 0;
  const std::int64_t last = std::max(grid.last, -grid.first - 1);
  Histogram result{grid.exponent, first, std::vector<std::uint64_t>(static_cast<std::size_t>(last - first + 1))};
  for (std::int64_t bin = grid.first; bin <= grid.last; ++bin) {
    const std::int64_t magnitude = bin < 0 ? -bin - 1 : bin;
    result.counts[static_cast<std::size_t>(magnitude - first)] += count_at(histogram, bin);
  }
  return result;
}

Histogram coarsened(const Histogram& histogram, std::int64_t bins) {
  const BinGrid grid = grid_of(histogram);
  int levels = 0;
  const auto low = [&] { return std::min<std::int64_t>(coarser_bin(grid.first, levels), 0); };
  const auto high = [&] { return std::max<std::int64_t>(coarser_bin(grid.last, levels) + 1, 0); };
  while (high() - low() > bins) ++levels;
  Histogram result = histogram;
  regrid(result, {grid.exponent + levels, coarser_bin(grid.first, levels), coarser_bin(grid.last, levels)});
  return result;
}

Histogram without_exact_zeros(const Histogram& histogram) {
  Histogram result = histogram;
  const std::uint64_t neighbour = std::max(count_at(histogram, -1), count_at(histogram, 1));
  if (count_at(histogram, 0) > neighbour) result.counts[static_cast<std::size_t>(-histogram.first)] = neighbour;
  return result;
}

float edge_value(double bin, int exponent, const TensorStatistics& statistics) {
  return static_cast<float>(
      std::clamp<double>(std::ldexp(bin, exponent), std::min(statistics.min, 0.0F), std::max(statistics.max, 0.0F)));
}

}  // namespace halftone

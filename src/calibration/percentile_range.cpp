#include <algorithm>
#include <cmath>

#include "calibration/range_methods.h"

namespace halftone {
namespace {

/// One in this many values is cut off, half of them at either end: 99.999 % stay.
constexpr std::uint64_t kOneIn = 100'000;

/// The place, in bins from the first one, below which `rank` values lie.
double place_of_rank(const std::vector<std::uint64_t>& counts, std::uint64_t rank) {
  std::uint64_t below = 0;
  std::size_t bin = 0;
  while (below + counts[bin] < rank) below += counts[bin++];
  if (rank == below) return static_cast<double>(bin);
  return static_cast<double>(bin) + static_cast<double>(rank - below) / static_cast<double>(counts[bin]);
}

}  // namespace

Range percentile_range(const TensorStatistics& statistics) {
  const Histogram& histogram = statistics.histogram;
  const std::uint64_t cut = statistics.count / (2 * kOneIn);
  const auto value_at = [&](std::uint64_t rank) {
    const double place = static_cast<double>(histogram.first) + place_of_rank(histogram.counts, rank);
    return static_cast<float>(
        std::clamp<double>(std::ldexp(place, histogram.exponent), statistics.min, statistics.max));
  };
  return {cut == 0 ? statistics.min : value_at(cut), cut == 0 ? statistics.max : value_at(statistics.count - cut)};
}

}  // namespace halftone

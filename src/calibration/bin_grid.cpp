#include "calibration/bin_grid.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace halftone {
namespace {

constexpr double kIndexLimit = 1 << 24;

/// floor(value / 2^exponent); exact, as a double has room for any float's exponent plus ours.
double bin_of(float value, int exponent) { return std::floor(std::ldexp(double{value}, -exponent)); }

bool serves(int exponent, float min, float max) {
  const double largest = std::max(std::abs(double{min}), std::abs(double{max}));
  return bin_of(max, exponent) - bin_of(min, exponent) < double{Histogram::kMaxBins} &&
         std::ldexp(largest, -exponent) < kIndexLimit;
}

/// An exponent that does not serve, or the finest: the range alone needs more than 2^13 bins at the next but one below.
int exponent_to_start_from(float min, float max) {
  const double width = double{max} - double{min};
  const double largest = std::max(std::abs(double{min}), std::abs(double{max}));
  const int by_width = width > 0 ? std::ilogb(width) - 14 : kFinestExponent;
  const int by_index = largest > 0 ? std::ilogb(largest) - 24 : kFinestExponent;
  return std::max({by_width, by_index, kFinestExponent});
}

}  // namespace

BinGrid bin_grid(float min, float max) {
  int exponent = exponent_to_start_from(min, max);
  while (!serves(exponent, min, max)) ++exponent;
  return {exponent, static_cast<std::int64_t>(bin_of(min, exponent)), static_cast<std::int64_t>(bin_of(max, exponent))};
}

std::int64_t coarser_bin(std::int64_t index, int levels) {
  // A right shift of a negative number rounds down (C++20); beyond 62 places only the sign is left.
  return index >> std::min(levels, 62);
}

BinGrid grid_of(const Histogram& histogram) {
  return {histogram.exponent, histogram.first,
          histogram.first + static_cast<std::int64_t>(histogram.counts.size()) - 1};
}

void add_counts(const Histogram& from, Histogram& into) {
  const int levels = into.exponent - from.exponent;
  std::int64_t bin = from.first;
  for (const std::uint64_t count : from.counts) {
    into.counts[static_cast<std::size_t>(coarser_bin(bin++, levels) - into.first)] += count;
  }
}

void regrid(Histogram& histogram, const BinGrid& grid) {
  if (!histogram.counts.empty() && grid_of(histogram) == grid) return;
  Histogram moved{grid.exponent, grid.first, std::vector<std::uint64_t>(static_cast<std::size_t>(grid.size()))};
  add_counts(histogram, moved);
  histogram = std::move(moved);
}

}  // namespace halftone

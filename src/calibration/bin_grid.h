#pragma once

#include <cstdint>

#include "halftone/calibration.h"

namespace halftone {

/// Which bins a histogram has: those from index `first` to index `last`; bin b covers [b, b + 1) * 2^exponent.
struct BinGrid {
  int exponent = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;

  std::int64_t size() const { return last - first + 1; }
  friend bool operator==(const BinGrid&, const BinGrid&) = default;
};

/// The grid of the values from min to max (finite, min <= max): 2^exponent is the smallest width, not below
/// 2^kFinestExponent, for which there are at most Histogram::kMaxBins bins and every bin's index is below 2^24 in
/// magnitude. With the second condition a float divided by the width has an exact integer part.
///
/// The exponent never falls when the extremes spread: floor(max / w) does not fall when max grows, floor(min / w) does
/// not grow when min falls, and |x| / w does not fall at the end that moves. So a width that serves the wider range
/// serves the narrower one, and the smallest that serves the narrower one is not larger.
/// Bins of a coarser grid are whole unions of bins of a finer one, as floor(floor(x / w) / 2^d) = floor(x / (w * 2^d)).
/// Hence counts can be kept on the grid of the values seen so far, and moved to a coarser one when it is needed: what
/// comes out depends on the values alone, not on their order.
BinGrid bin_grid(float min, float max);

constexpr int kFinestExponent = -140;

/// The bin of a grid `levels` powers of two coarser that bin `index` lies in.
std::int64_t coarser_bin(std::int64_t index, int levels);

/// The grid of a histogram that has bins.
BinGrid grid_of(const Histogram& histogram);

/// Adds the counts of `from` to `into`, whose grid must cover from's and not be finer.
void add_counts(const Histogram& from, Histogram& into);

/// Moves the counts to `grid`, which must cover the histogram's and not be finer.
void regrid(Histogram& histogram, const BinGrid& grid);

}  // namespace halftone

#pragma once

#include <cstdint>

#include "halftone/calibration.h"

namespace halftone {

/// Count of the bin with this index; 0 outside the histogram.
std::uint64_t count_at(const Histogram& histogram, std::int64_t bin);

/// The histogram of |x|.
Histogram folded(const Histogram& histogram);

/// The same values in bins so wide that at most `bins` of them reach from the values to zero.
Histogram coarsened(const Histogram& histogram, std::int64_t bins);

/// Without the values of exactly zero: what the bin of zero holds more than its larger neighbour.
Histogram without_exact_zeros(const Histogram& histogram);

/// The value where a bin begins, brought between the extremes or zero.
float edge_value(double bin, int exponent, const TensorStatistics& statistics);

}  // namespace halftone

#pragma once

#include <vector>

#include "halftone/calibration.h"

namespace halftone {

/// Points of value_density() in each bin.
constexpr std::int64_t kPointsOfBin = 4;

/// The distribution that a histogram's counts are a sample of: shares of all values at kPointsOfBin points in each bin,
/// lowest first, which add up to about 1. The histogram has values, and none of its ends is empty.
///
/// - The values of a bin are spread as far as midway to the next bin that holds any, so that gaps between values that
///   only come at regular distances (pixels, integers) are no part of the shape.
/// - A bin that stands out from both its neighbours (the upper bound of a clip) counts as twice the larger of them:
///   values that are all the same lose nothing when a level holds others too.
/// - Shares are smoothed over about 4 / sqrt(values) of the whole width, so that the scatter of small counts does not
///   pass for a shape.
std::vector<double> value_density(const Histogram& histogram);

}  // namespace halftone

#pragma once

#include <cstdint>

#include "halftone/calibration.h"

namespace halftone {

/// Bins from zero within which all magnitudes lie but those of far outliers; the whole reach where there are none.
///
/// Values from T on are far outliers where they are no more than one in 500 and at least half of them lie beyond 2 T.
/// No tail of a distribution that has a mean stays so heavy: with tail index a, 2^-a of the values beyond T lie beyond
/// 2 T, and the mean is finite only for a > 1 (B. M. Hill, "A Simple General Approach to Inference About the Tail of a
/// Distribution", Annals of Statistics, 1975). To keep them would cost all other values at least one bit of resolution.
std::int64_t reach_without_far_outliers(const Histogram& magnitudes);

/// The same histogram without its far outliers, and without empty bins at its ends. Without any bin where no value is
/// left.
Histogram without_far_outliers(const Histogram& histogram);

}  // namespace halftone

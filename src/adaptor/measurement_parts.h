#pragma once

#include <cstddef>

#include "halftone/adaptor.h"

namespace halftone {

// Values of a metric that stand for all samples together are those of no part of them, and of no two parts together:
// they are there after these functions only where all that was there is.

/// Puts what other samples gave behind what these gave.
void append(Measurement& all, const Measurement& more);
/// What the first samples gave; all of it where there are fewer.
Measurement first_samples(Measurement measurement, std::size_t samples);

}  // namespace halftone

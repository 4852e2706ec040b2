#pragma once

#include <cstddef>

#include "halftone/adaptor.h"

namespace halftone {

/// Puts what other samples gave behind what these gave.
void append(Measurement& all, const Measurement& more);
/// What the first samples gave; all of it where there are fewer.
Measurement first_samples(Measurement measurement, std::size_t samples);

}  // namespace halftone

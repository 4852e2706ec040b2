#pragma once

#include <cstddef>
#include <cstdint>

#include "halftone/quantization.h"

namespace halftone {

/// scale_of_range() for many finite ranges under one spec of at most 8 bits, each first widened to contain zero.
/// Vectorised; the same bits on every instruction set.
void scales_of_ranges(const float* low, const float* high, std::size_t count, const QuantSpec& spec, float* scale,
                      std::int32_t* zero_point);

}  // namespace halftone

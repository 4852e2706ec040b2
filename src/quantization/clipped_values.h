#pragma once

#include <cstddef>
#include <span>

#include "halftone/quantization.h"

namespace halftone {

/// How many values lie outside of what the parameters can express by more than rounding does: their quantized ones are
/// the type's smallest or largest. `values` are finite.
std::size_t count_clipped(std::span<const float> values, const Shape& shape, const QuantParams& params);

}  // namespace halftone

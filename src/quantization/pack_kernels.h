#pragma once

#include <cstddef>
#include <cstdint>

#include "halftone/quantization.h"

namespace halftone {

/// Packs columns of `rows` (even) values of 4 bits each, two to a byte, the earlier one low: byte i of column c is at
/// packed[c * stride + i]. Values outside the limits, which lie in 0 … 15, are saturated. Vectorised.
void pack_columns(const std::uint8_t* values, std::size_t rows, std::size_t columns, const QuantLimits& limits,
                  std::uint8_t* packed, std::size_t stride);

}  // namespace halftone

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "quantization/matrix_rows.h"

namespace halftone {

/// What one pass over values tells. NaN and infinities are counted and take no part in min and max; where nothing is
/// finite, min > max. Zeros come out as +0, whatever their sign, so that the order of the values cannot show.
struct Extremes {
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();
  std::uint64_t nan = 0;
  std::uint64_t inf = 0;
  friend bool operator==(const Extremes&, const Extremes&) = default;
};

/// Vectorised; the result is the same on every instruction set.
Extremes scan_extremes(std::span<const float> values);

/// Widens min[c] and max[c] by column c of a matrix, vectorised over the columns. Returns whether all values are
/// finite; where not, min and max are unspecified.
bool widen_column_extremes(const MatrixRows& matrix, float* min, float* max);

}  // namespace halftone

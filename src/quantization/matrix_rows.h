#pragma once

#include <cstddef>

namespace halftone {

/// Some rows of a matrix of floats: `columns` values each, whose beginnings are `stride` values apart.
struct MatrixRows {
  const float* values;
  std::size_t rows, columns, stride;
};

/// So many rows are gone through at once, column by column, that what belongs to a column (extremes, a scale) is read
/// once for all of them; no more streams of memory than the processor foresees.
inline constexpr std::size_t kRowsAtOnce = 8;

}  // namespace halftone

#include "quantization/pack_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantization/pack_kernels.cpp"
#include <hwy/foreach_target.h>
// Must follow foreach_target.h.
#include <hwy/highway.h>

// Nothing of the standard library is called between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE: an inline function
// compiled there for a wide instruction set could become the copy that the whole program uses.
HWY_BEFORE_NAMESPACE();
namespace halftone {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

constexpr std::size_t kSide = 16;  ///< columns, and bytes of a column, of a tile

using D = hn::FixedTag<std::uint8_t, kSide>;
using V = hn::Vec<D>;

/// Rows and columns of 16 vectors change places: four perfect shuffles.
HWY_INLINE void transpose(V* v) {
  const D d;
  for (int step = 0; step < 4; ++step) {
    V shuffled[kSide];
    for (std::size_t i = 0; i < kSide / 2; ++i) {
      shuffled[2 * i] = hn::InterleaveLower(d, v[i], v[i + kSide / 2]);
      shuffled[2 * i + 1] = hn::InterleaveUpper(d, v[i], v[i + kSide / 2]);
    }
    for (std::size_t i = 0; i < kSide; ++i) v[i] = shuffled[i];
  }
}

/// 32 rows of 16 columns.
HWY_INLINE void pack_tile(const std::uint8_t* values, std::size_t row_bytes, V low, V high, std::uint8_t* packed,
                          std::size_t stride) {
  const D d;
  const hn::Repartition<std::uint16_t, D> d16;
  V bytes[kSide];
  for (std::size_t i = 0; i < kSide; ++i) {
    const V even = hn::Min(hn::Max(hn::LoadU(d, values + 2 * i * row_bytes), low), high);
    const V odd = hn::Min(hn::Max(hn::LoadU(d, values + (2 * i + 1) * row_bytes), low), high);
    // No bit leaves its byte: the values have four.
    bytes[i] = hn::Or(even, hn::BitCast(d, hn::ShiftLeft<4>(hn::BitCast(d16, odd))));
  }
  transpose(bytes);
  for (std::size_t c = 0; c < kSide; ++c) hn::StoreU(bytes[c], d, packed + c * stride);
}

/// Whole tiles from the first column on; returns how many columns are done.
std::size_t pack_tiles(const std::uint8_t* values, std::size_t rows, std::size_t columns, std::uint8_t low,
                       std::uint8_t high, std::uint8_t* packed, std::size_t stride) {
  if (rows % (2 * kSide) != 0) return 0;
  const V lowest = hn::Set(D(), low), highest = hn::Set(D(), high);
  std::size_t column = 0;
  for (; column + kSide <= columns; column += kSide) {
    for (std::size_t row = 0; row < rows; row += 2 * kSide) {
      pack_tile(values + row * columns + column, columns, lowest, highest, packed + column * stride + row / 2, stride);
    }
  }
  return column;
}

#else

std::size_t pack_tiles(const std::uint8_t*, std::size_t, std::size_t, std::uint8_t, std::uint8_t, std::uint8_t*,
                       std::size_t) {
  return 0;
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(pack_tiles);

void pack_columns(const std::uint8_t* values, std::size_t rows, std::size_t columns, const QuantLimits& limits,
                  std::uint8_t* packed, std::size_t stride) {
  const auto low = static_cast<std::uint8_t>(limits.low), high = static_cast<std::uint8_t>(limits.high);
  const std::size_t done = HWY_DYNAMIC_DISPATCH(pack_tiles)(values, rows, columns, low, high, packed, stride);
  const auto value = [&](std::size_t row, std::size_t column) {
    return static_cast<unsigned>(std::clamp(values[row * columns + column], low, high));
  };
  for (std::size_t c = done; c < columns; ++c) {
    for (std::size_t row = 0; row < rows; row += 2) {
      packed[c * stride + row / 2] = static_cast<std::uint8_t>(value(row, c) | (value(row + 1, c) << 4U));
    }
  }
}

}  // namespace halftone
#endif  // HWY_ONCE

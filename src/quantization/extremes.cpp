#include "quantization/extremes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantization/extremes.cpp"
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

constexpr std::int32_t kInfinityBits = 0x7F800000;
constexpr std::size_t kBlock = 2048;

/// Extremes of some vectors, with the largest magnitude as bits: at or above kInfinityBits a value is not finite.
/// Integers order magnitudes as floats do, and NaN cannot hide in them as it does in minps.
template <class D>
struct LaneExtremes {
  hn::Vec<D> min;
  hn::Vec<D> max;
  hn::Vec<hn::RebindToSigned<D>> magnitude;

  HWY_INLINE void widen(D d, const float* values) {
    const hn::RebindToSigned<D> di;
    const auto v = hn::LoadU(d, values);
    min = hn::Min(min, v);
    max = hn::Max(max, v);
    magnitude = hn::Max(magnitude, hn::And(hn::BitCast(di, v), hn::Set(di, 0x7FFFFFFF)));
  }
  HWY_INLINE void widen(const LaneExtremes& other) {
    min = hn::Min(min, other.min);
    max = hn::Max(max, other.max);
    magnitude = hn::Max(magnitude, other.magnitude);
  }
};

HWY_INLINE void widen_by_one(float value, Extremes& extremes) {
  if (value != value) {
    ++extremes.nan;
  } else if (value - value != 0.0F) {
    ++extremes.inf;
  } else {
    extremes.min = value < extremes.min ? value : extremes.min;
    extremes.max = value > extremes.max ? value : extremes.max;
  }
}

/// `count` must be a multiple of four vectors. Returns false, with nothing done, when a value is not finite.
template <class D>
HWY_INLINE bool widen_by_finite_block(D d, const float* values, std::size_t count, Extremes& extremes) {
  const hn::RebindToSigned<D> di;
  const std::size_t lanes = hn::Lanes(d);
  const LaneExtremes<D> none{hn::Set(d, extremes.min), hn::Set(d, extremes.max), hn::Zero(di)};
  LaneExtremes<D> a = none, b = none, c = none, e = none;
  for (std::size_t i = 0; i < count; i += 4 * lanes) {
    a.widen(d, values + i);
    b.widen(d, values + i + lanes);
    c.widen(d, values + i + 2 * lanes);
    e.widen(d, values + i + 3 * lanes);
  }
  a.widen(b);
  c.widen(e);
  a.widen(c);
  if (hn::GetLane(hn::MaxOfLanes(di, a.magnitude)) >= kInfinityBits) return false;
  extremes.min = hn::GetLane(hn::MinOfLanes(d, a.min));
  extremes.max = hn::GetLane(hn::MaxOfLanes(d, a.max));
  return true;
}

void widen_extremes_kernel(const float* values, std::size_t count, Extremes& extremes) {
  const hn::ScalableTag<float> d;
  const std::size_t whole = count / (4 * hn::Lanes(d)) * (4 * hn::Lanes(d));
  for (std::size_t begin = 0; begin < whole; begin += kBlock) {
    const std::size_t block = whole - begin < kBlock ? whole - begin : kBlock;
    if (widen_by_finite_block(d, values + begin, block, extremes)) continue;
    for (std::size_t i = begin; i < begin + block; ++i) widen_by_one(values[i], extremes);
  }
  for (std::size_t i = whole; i < count; ++i) widen_by_one(values[i], extremes);
}

/// Whole vectors of some rows, from column `first` on; returns how many columns are done with those before.
template <class D>
HWY_INLINE std::size_t widen_by_rows(D d, const MatrixRows& matrix, std::size_t first, float* min, float* max,
                                     hn::Vec<hn::RebindToSigned<D>>& magnitude) {
  std::size_t column = first;
  for (; column + hn::Lanes(d) <= matrix.columns; column += hn::Lanes(d)) {
    LaneExtremes<D> lanes{hn::LoadU(d, min + column), hn::LoadU(d, max + column), magnitude};
    for (std::size_t row = 0; row < matrix.rows; ++row) lanes.widen(d, matrix.values + row * matrix.stride + column);
    hn::StoreU(lanes.min, d, min + column);
    hn::StoreU(lanes.max, d, max + column);
    magnitude = lanes.magnitude;
  }
  return column;
}

bool widen_column_extremes_kernel(const MatrixRows& matrix, float* min, float* max) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::RebindToSigned<decltype(one)> one_i;
  auto magnitude = hn::Zero(di);
  auto tail_magnitude = hn::Zero(one_i);
  for (std::size_t row = 0; row < matrix.rows; row += kRowsAtOnce) {
    const MatrixRows rows{matrix.values + row * matrix.stride,
                          matrix.rows - row < kRowsAtOnce ? matrix.rows - row : kRowsAtOnce, matrix.columns,
                          matrix.stride};
    const std::size_t done = widen_by_rows(d, rows, 0, min, max, magnitude);
    widen_by_rows(one, rows, done, min, max, tail_magnitude);
  }
  return hn::GetLane(hn::MaxOfLanes(di, magnitude)) < kInfinityBits && hn::GetLane(tail_magnitude) < kInfinityBits;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(widen_extremes_kernel);
HWY_EXPORT(widen_column_extremes_kernel);

Extremes scan_extremes(std::span<const float> values) {
  Extremes extremes;
  HWY_DYNAMIC_DISPATCH(widen_extremes_kernel)(values.data(), values.size(), extremes);
  extremes.min += 0.0F;
  extremes.max += 0.0F;
  return extremes;
}

bool widen_column_extremes(const MatrixRows& matrix, float* min, float* max) {
  return HWY_DYNAMIC_DISPATCH(widen_column_extremes_kernel)(matrix, min, max);
}

}  // namespace halftone
#endif  // HWY_ONCE

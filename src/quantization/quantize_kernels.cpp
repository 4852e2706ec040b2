#include "quantization/quantize_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantization/quantize_kernels.cpp"
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

template <class D>
using Integers = hn::Vec<hn::RebindToSigned<D>>;

constexpr std::int32_t kInfinityBits = 0x7F800000;
/// 1.5 * 2^23: adding it leaves a float's integer part, rounded half to even by the addition itself, in its low bits.
constexpr float kRounder = 12582912.0F;
constexpr std::int32_t kRounderBits = 0x4B400000;

/// Scale and zero point of the values of one vector, and the whole levels between which these are clamped.
template <class D>
struct Levels {
  hn::Vec<D> scale, low, high;
  Integers<D> zero_point;
};

template <typename T, class D>
HWY_INLINE Levels<D> levels_of(D d, hn::Vec<D> scale, Integers<D> zero_point) {
  const hn::RebindToSigned<D> di;
  return {scale, hn::ConvertTo(d, hn::Sub(hn::Set(di, hwy::LimitsMin<T>()), zero_point)),
          hn::ConvertTo(d, hn::Sub(hn::Set(di, hwy::LimitsMax<T>()), zero_point)), zero_point};
}

/// Quantizes one vector; clamping comes before rounding, so the rounder's range is never left. `magnitude` gathers the
/// largest magnitude seen, as bits.
template <class D, typename T>
HWY_INLINE void quantize_vector(D d, const float* values, const Levels<D>& levels, Integers<D>& magnitude, T* result) {
  const hn::RebindToSigned<D> di;
  const hn::Rebind<T, D> dt;
  const auto v = hn::LoadU(d, values);
  magnitude = hn::Max(magnitude, hn::And(hn::BitCast(di, v), hn::Set(di, 0x7FFFFFFF)));
  const auto clamped = hn::Min(hn::Max(hn::Div(v, levels.scale), levels.low), levels.high);
  const auto rounded = hn::Sub(hn::BitCast(di, hn::Add(clamped, hn::Set(d, kRounder))), hn::Set(di, kRounderBits));
  hn::StoreU(hn::DemoteTo(dt, hn::Add(rounded, levels.zero_point)), dt, result);
}

template <class D>
HWY_INLINE bool is_finite(D /*d*/, Integers<D> magnitude) {
  const hn::RebindToSigned<D> di;
  return hn::GetLane(hn::MaxOfLanes(di, magnitude)) < kInfinityBits;
}

/// Whole vectors of a block; returns how many values are done.
template <class D, typename T>
HWY_INLINE std::size_t quantize_vectors(D d, const float* values, std::size_t count, float scale,
                                        std::int32_t zero_point, T* result, bool& finite) {
  const hn::RebindToSigned<D> di;
  const Levels<D> levels = levels_of<T>(d, hn::Set(d, scale), hn::Set(di, zero_point));
  auto magnitude = hn::Zero(di);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    quantize_vector(d, values + i, levels, magnitude, result + i);
  }
  finite = finite && is_finite(d, magnitude);
  return i;
}

template <typename T>
HWY_INLINE bool quantize_values(const float* values, std::size_t count, float scale, std::int32_t zero_point,
                                T* result) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  bool finite = true;
  const std::size_t done = quantize_vectors(d, values, count, scale, zero_point, result, finite);
  quantize_vectors(one, values + done, count - done, scale, zero_point, result + done, finite);
  return finite;
}

/// Whole vectors of some rows, from column `first` on; returns how many columns are done with those before.
template <class D, typename T>
HWY_INLINE std::size_t quantize_columns_of_rows(D d, const MatrixRows& matrix, std::size_t first, const float* scale,
                                                const std::int32_t* zero_point, T* result, bool& finite) {
  const hn::RebindToSigned<D> di;
  auto magnitude = hn::Zero(di);
  std::size_t i = first;
  for (; i + hn::Lanes(d) <= matrix.columns; i += hn::Lanes(d)) {
    const Levels<D> levels = levels_of<T>(d, hn::LoadU(d, scale + i), hn::LoadU(di, zero_point + i));
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      quantize_vector(d, matrix.values + row * matrix.stride + i, levels, magnitude, result + row * matrix.columns + i);
    }
  }
  finite = finite && is_finite(d, magnitude);
  return i;
}

template <typename T>
HWY_INLINE bool quantize_rows_of(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point,
                                 T* result) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  bool finite = true;
  for (std::size_t row = 0; row < matrix.rows; row += kRowsAtOnce) {
    const MatrixRows rows{matrix.values + row * matrix.stride,
                          matrix.rows - row < kRowsAtOnce ? matrix.rows - row : kRowsAtOnce, matrix.columns,
                          matrix.stride};
    T* const to = result + row * matrix.columns;
    const std::size_t done = quantize_columns_of_rows(d, rows, 0, scale, zero_point, to, finite);
    quantize_columns_of_rows(one, rows, done, scale, zero_point, to, finite);
  }
  return finite;
}

bool quantize_u8_kernel(const float* values, std::size_t count, float scale, std::int32_t zero_point,
                        std::uint8_t* result) {
  return quantize_values(values, count, scale, zero_point, result);
}
bool quantize_s8_kernel(const float* values, std::size_t count, float scale, std::int32_t zero_point,
                        std::int8_t* result) {
  return quantize_values(values, count, scale, zero_point, result);
}
bool quantize_rows_u8_kernel(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point,
                             std::uint8_t* result) {
  return quantize_rows_of(matrix, scale, zero_point, result);
}
bool quantize_rows_s8_kernel(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point,
                             std::int8_t* result) {
  return quantize_rows_of(matrix, scale, zero_point, result);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(quantize_u8_kernel);
HWY_EXPORT(quantize_s8_kernel);
HWY_EXPORT(quantize_rows_u8_kernel);
HWY_EXPORT(quantize_rows_s8_kernel);

bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::uint8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_u8_kernel)(values.data(), values.size(), scale, zero_point, result);
}
bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::int8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_s8_kernel)(values.data(), values.size(), scale, zero_point, result);
}
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::uint8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_rows_u8_kernel)(matrix, scale, zero_point, result);
}
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::int8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_rows_s8_kernel)(matrix, scale, zero_point, result);
}

bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::int32_t* result) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) return false;
    const double quantized = std::nearbyint(values[i] / double{scale}) + zero_point;
    result[i] = static_cast<std::int32_t>(std::clamp<double>(quantized, std::numeric_limits<std::int32_t>::min(),
                                                             std::numeric_limits<std::int32_t>::max()));
  }
  return true;
}
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::int32_t* result) {
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t i = 0; i < matrix.columns; ++i, ++result) {
      if (!quantize_block({matrix.values + row * matrix.stride + i, 1}, scale[i], zero_point[i], result)) return false;
    }
  }
  return true;
}

}  // namespace halftone
#endif  // HWY_ONCE

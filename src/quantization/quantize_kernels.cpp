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

/// Quantizes one vector; clamping comes before rounding, so the rounder's range is never left. `magnitude` gathers the
/// largest magnitude seen, as bits.
template <class D, typename T>
HWY_INLINE void quantize_vector(D d, const float* values, hn::Vec<D> scale, Integers<D> zero_point,
                                Integers<D>& magnitude, T* result) {
  const hn::RebindToSigned<D> di;
  const hn::Rebind<T, D> dt;
  const auto low = hn::ConvertTo(d, hn::Sub(hn::Set(di, hwy::LimitsMin<T>()), zero_point));
  const auto high = hn::ConvertTo(d, hn::Sub(hn::Set(di, hwy::LimitsMax<T>()), zero_point));
  const auto v = hn::LoadU(d, values);
  magnitude = hn::Max(magnitude, hn::And(hn::BitCast(di, v), hn::Set(di, 0x7FFFFFFF)));
  const auto clamped = hn::Min(hn::Max(hn::Div(v, scale), low), high);
  const auto rounded = hn::Sub(hn::BitCast(di, hn::Add(clamped, hn::Set(d, kRounder))), hn::Set(di, kRounderBits));
  hn::StoreU(hn::DemoteTo(dt, hn::Add(rounded, zero_point)), dt, result);
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
  auto magnitude = hn::Zero(di);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    quantize_vector(d, values + i, hn::Set(d, scale), hn::Set(di, zero_point), magnitude, result + i);
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

template <class D, typename T>
HWY_INLINE std::size_t quantize_row_vectors(D d, const float* values, std::size_t count, const float* scale,
                                            const std::int32_t* zero_point, T* result, bool& finite) {
  const hn::RebindToSigned<D> di;
  auto magnitude = hn::Zero(di);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    quantize_vector(d, values + i, hn::LoadU(d, scale + i), hn::LoadU(di, zero_point + i), magnitude, result + i);
  }
  finite = finite && is_finite(d, magnitude);
  return i;
}

template <typename T>
HWY_INLINE bool quantize_row_values(const float* values, std::size_t count, const float* scale,
                                    const std::int32_t* zero_point, T* result) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  bool finite = true;
  const std::size_t done = quantize_row_vectors(d, values, count, scale, zero_point, result, finite);
  quantize_row_vectors(one, values + done, count - done, scale + done, zero_point + done, result + done, finite);
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
bool quantize_row_u8_kernel(const float* values, std::size_t count, const float* scale, const std::int32_t* zero_point,
                            std::uint8_t* result) {
  return quantize_row_values(values, count, scale, zero_point, result);
}
bool quantize_row_s8_kernel(const float* values, std::size_t count, const float* scale, const std::int32_t* zero_point,
                            std::int8_t* result) {
  return quantize_row_values(values, count, scale, zero_point, result);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(quantize_u8_kernel);
HWY_EXPORT(quantize_s8_kernel);
HWY_EXPORT(quantize_row_u8_kernel);
HWY_EXPORT(quantize_row_s8_kernel);

bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::uint8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_u8_kernel)(values.data(), values.size(), scale, zero_point, result);
}
bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::int8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_s8_kernel)(values.data(), values.size(), scale, zero_point, result);
}
bool quantize_row(std::span<const float> values, const float* scale, const std::int32_t* zero_point,
                  std::uint8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_row_u8_kernel)(values.data(), values.size(), scale, zero_point, result);
}
bool quantize_row(std::span<const float> values, const float* scale, const std::int32_t* zero_point,
                  std::int8_t* result) {
  return HWY_DYNAMIC_DISPATCH(quantize_row_s8_kernel)(values.data(), values.size(), scale, zero_point, result);
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
bool quantize_row(std::span<const float> values, const float* scale, const std::int32_t* zero_point,
                  std::int32_t* result) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!quantize_block(values.subspan(i, 1), scale[i], zero_point[i], result + i)) return false;
  }
  return true;
}

}  // namespace halftone
#endif  // HWY_ONCE

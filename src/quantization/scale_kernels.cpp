#include "quantization/scale_kernels.h"

#include <algorithm>
#include <cfloat>

#include "quantization/scale.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantization/scale_kernels.cpp"
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

using D = hn::ScalableTag<double>;
using F = hn::Rebind<float, D>;
using I = hn::Rebind<std::int32_t, D>;
using V = hn::Vec<D>;

/// Rounded to float and never subnormal, as scale.cpp's; one where the range has no width.
HWY_INLINE hn::Vec<F> float_scale(V scale, V width) {
  const auto rounded = hn::Max(hn::DemoteTo(F(), scale), hn::Set(F(), FLT_MIN));
  const V one = hn::Set(D(), 1);
  return hn::DemoteTo(F(), hn::IfThenElse(hn::Eq(width, hn::Zero(D())), one, hn::PromoteTo(D(), rounded)));
}

/// Whole vectors from the first range on; returns how many are done.
std::size_t asymmetric_scales(const float* low, const float* high, std::size_t count, std::int32_t lowest,
                              std::int32_t highest, float* scale, std::int32_t* zero_point) {
  const D d;
  const V smallest = hn::Set(d, lowest), largest = hn::Set(d, highest), steps = hn::Sub(largest, smallest);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const V from = hn::Min(hn::PromoteTo(d, hn::LoadU(F(), low + i)), hn::Zero(d));
    const V width = hn::Sub(hn::Max(hn::PromoteTo(d, hn::LoadU(F(), high + i)), hn::Zero(d)), from);
    const auto rounded = float_scale(hn::Div(width, steps), width);
    const V zero = hn::Round(hn::Sub(smallest, hn::Div(from, hn::PromoteTo(d, rounded))));
    const V chosen = hn::IfThenElseZero(hn::Ne(width, hn::Zero(d)), hn::Min(hn::Max(zero, smallest), largest));
    hn::StoreU(rounded, F(), scale + i);
    hn::StoreU(hn::DemoteTo(I(), chosen), I(), zero_point + i);
  }
  return i;
}

std::size_t symmetric_scales(const float* low, const float* high, std::size_t count, std::int32_t middle,
                             std::int32_t highest, float* scale, std::int32_t* zero_point) {
  const D d;
  const V steps = hn::Set(d, highest - middle);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const V from = hn::PromoteTo(d, hn::LoadU(F(), low + i)), to = hn::PromoteTo(d, hn::LoadU(F(), high + i));
    const V extreme = hn::Max(hn::Max(hn::Neg(from), to), hn::Zero(d));
    hn::StoreU(float_scale(hn::Div(extreme, steps), extreme), F(), scale + i);
    hn::StoreU(hn::Set(I(), middle), I(), zero_point + i);
  }
  return i;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(asymmetric_scales);
HWY_EXPORT(symmetric_scales);

void scales_of_ranges(const float* low, const float* high, std::size_t count, const QuantSpec& spec, float* scale,
                      std::int32_t* zero_point) {
  const QuantLimits limits = quant_limits(spec);
  std::size_t done = 0;
  if (spec.scheme == Scheme::symmetric) {
    const std::int32_t middle = (limits.high + limits.low) / 2;
    done = HWY_DYNAMIC_DISPATCH(symmetric_scales)(low, high, count, middle, limits.high, scale, zero_point);
  } else {
    done = HWY_DYNAMIC_DISPATCH(asymmetric_scales)(low, high, count, limits.low, limits.high, scale, zero_point);
  }
  for (std::size_t i = done; i < count; ++i) {
    const ScaleAndZeroPoint entry = scale_of_range({std::min(low[i], 0.0F), std::max(high[i], 0.0F)}, spec);
    scale[i] = entry.scale;
    zero_point[i] = entry.zero_point;
  }
}

}  // namespace halftone
#endif  // HWY_ONCE

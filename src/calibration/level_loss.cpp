#include "calibration/level_loss.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "calibration/level_loss.cpp"
#include <hwy/foreach_target.h>
// Must follow foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

// Nothing of the standard library is called between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE: an inline function
// compiled there for a wide instruction set could become the copy that the whole program uses.
HWY_BEFORE_NAMESPACE();
namespace halftone {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// x * log(x / y) for x >= 0 and y > 0; 0 where x vanishes.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V times_log_of_ratio(D d, V x, V y) {
  const auto normal = hn::Max(x, hn::Set(d, 1e-300));
  return hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, 1e-300)), hn::Mul(x, hn::Log(d, hn::Div(normal, y))));
}

template <class D>
HWY_INLINE std::size_t add_losses(D d, const double* mass, const double* entropy, const double* place,
                                  std::size_t levels, double& lost) {
  const auto difference = [d](const double* sums) { return hn::Sub(hn::LoadU(d, sums + 1), hn::LoadU(d, sums)); };
  auto sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= levels; i += hn::Lanes(d)) {
    const auto of_mean = times_log_of_ratio(d, difference(mass + i), difference(place + i));
    sum = hn::Add(sum, hn::Sub(difference(entropy + i), of_mean));
  }
  lost += hn::GetLane(hn::SumOfLanes(d, sum));
  return i;
}

double lost_in_levels_kernel(const double* mass, const double* entropy, const double* place, std::size_t levels) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> one;
  double lost = 0;
  const std::size_t done = add_losses(d, mass, entropy, place, levels, lost);
  add_losses(one, mass + done, entropy + done, place + done, levels - done, lost);
  return lost;
}

template <class D>
HWY_INLINE std::size_t store_entropies(D d, const double* shares, std::size_t count, double* results) {
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    hn::StoreU(times_log_of_ratio(d, hn::LoadU(d, shares + i), hn::Set(d, 1.0)), d, results + i);
  }
  return i;
}

void entropies_kernel(const double* shares, std::size_t count, double* results) {
  const hn::ScalableTag<double> d;
  const hn::CappedTag<double, 1> one;
  const std::size_t done = store_entropies(d, shares, count, results);
  store_entropies(one, shares + done, count - done, results + done);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(lost_in_levels_kernel);
HWY_EXPORT(entropies_kernel);

double lost_in_levels(const LevelEdges& edges) {
  return HWY_DYNAMIC_DISPATCH(lost_in_levels_kernel)(edges.mass.data(), edges.entropy.data(), edges.place.data(),
                                                     edges.mass.size() - 1);
}

void store_entropies(std::span<const double> shares, std::span<double> results) {
  HWY_DYNAMIC_DISPATCH(entropies_kernel)(shares.data(), shares.size(), results.data());
}

}  // namespace halftone
#endif  // HWY_ONCE

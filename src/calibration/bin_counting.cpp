#include "calibration/bin_counting.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "calibration/bin_counting.cpp"
#include <hwy/foreach_target.h>
// Must follow foreach_target.h.
#include <hwy/highway.h>

#ifndef HALFTONE_BIN_SCALE
#define HALFTONE_BIN_SCALE
namespace halftone {
namespace {

/// How a value becomes a bin's place: floor(value * first_factor * second_factor) - first. Two factors, as 2^140 is
/// no float; both are powers of two, so the products are exact unless they underflow.
struct BinScale {
  float first_factor;
  float second_factor;
  std::int32_t first;
  std::int32_t scatter;  ///< place p becomes p ^ (p / 32 & scatter)
};

constexpr std::size_t kLine = 16;  ///< counters that stay neighbours when places are scattered

}  // namespace
}  // namespace halftone
#endif

// Nothing of the standard library is called between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE: an inline function
// compiled there for a wide instruction set could become the copy that the whole program uses.
HWY_BEFORE_NAMESPACE();
namespace halftone {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Places of one vector of values. A negative value whose quotient underflows belongs to the bin below zero: it is
/// kept at the largest negative normal number at most, before rounding down.
template <class D>
HWY_INLINE void place_vector(D d, const float* values, const BinScale& scale, std::int32_t* places) {
  const hn::RebindToSigned<D> di;
  const auto v = hn::LoadU(d, values);
  const auto exact = hn::Mul(hn::Mul(v, hn::Set(d, scale.first_factor)), hn::Set(d, scale.second_factor));
  const auto below_zero = hn::Min(exact, hn::Set(d, -1.17549435e-38F));
  const auto quotient = hn::IfThenElse(hn::Lt(v, hn::Zero(d)), below_zero, exact);
  const auto truncated = hn::ConvertTo(di, quotient);
  // True lanes are -1: one down where truncation went up.
  const auto correction = hn::VecFromMask(di, hn::RebindMask(di, hn::Gt(hn::ConvertTo(d, truncated), quotient)));
  const auto place = hn::Sub(hn::Add(truncated, correction), hn::Set(di, scale.first));
  hn::StoreU(hn::Xor(place, hn::And(hn::ShiftRight<5>(place), hn::Set(di, scale.scatter))), di, places);
}

void place_values(const float* values, std::size_t count, const BinScale& scale, std::int32_t* places) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) place_vector(d, values + i, scale, places + i);
  for (; i < count; ++i) place_vector(one, values + i, scale, places + i);
}

/// Adds what the sets have counted to `size` counts, and clears it.
void take_counts(std::uint16_t* counters, std::size_t sets, std::size_t set_size, std::size_t scatter,
                 std::uint64_t* counts, std::size_t size) {
  const hn::CappedTag<std::uint32_t, kLine> d;
  const hn::Rebind<std::uint16_t, decltype(d)> narrow;
  std::uint32_t sums[kLine];
  for (std::size_t begin = 0; begin < size; begin += kLine) {
    std::uint16_t* const line = counters + (begin ^ (begin / 32 & scatter));
    for (std::size_t i = 0; i < kLine; i += hn::Lanes(d)) {
      auto sum = hn::Zero(d);
      for (std::size_t set = 0; set < sets; ++set) {
        std::uint16_t* const counted = line + set * set_size + i;
        sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(narrow, counted)));
        hn::StoreU(hn::Zero(narrow), narrow, counted);
      }
      hn::StoreU(sum, d, sums + i);
    }
    const std::size_t end = size - begin < kLine ? size - begin : kLine;
    for (std::size_t i = 0; i < end; ++i) counts[begin + i] += sums[i];
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(place_values);
HWY_EXPORT(take_counts);

namespace {

constexpr std::size_t kStretch = 512;

/// Whole numbers lie a power of two of bins apart. Counters as far apart would look like one address to a processor
/// that compares the lowest 12 bits when it moves loads before stores, and each would wait for the last: so the lines
/// of 16 counters trade places, by the highest bits of their place.
constexpr std::int32_t kScatter = 0xF0;

BinScale bin_scale(const BinGrid& grid, std::int32_t scatter) {
  const int power = -grid.exponent;
  // Scaling down is done at once, so that it is rounded once.
  const int first_power = power > 0 ? power / 2 : power;
  return {std::ldexp(1.0F, first_power), std::ldexp(1.0F, power - first_power), static_cast<std::int32_t>(grid.first),
          scatter};
}

/// Calls use(places, count) for one stretch of values after the other.
template <typename Use>
void for_places(std::span<const float> values, const BinGrid& grid, std::int32_t scatter, const Use& use) {
  const BinScale scale = bin_scale(grid, scatter);
  alignas(64) std::int32_t places[kStretch];
  for (std::size_t begin = 0; begin < values.size(); begin += kStretch) {
    const std::size_t count = std::min(kStretch, values.size() - begin);
    HWY_DYNAMIC_DISPATCH(place_values)(values.data() + begin, count, scale, places);
    use(places, count);
  }
}

}  // namespace

void BinCounters::count(std::span<const float> values, const BinGrid& grid) {
  std::uint16_t* const counters = counters_.data();
  for_places(values, grid, kScatter, [counters](const std::int32_t* places, std::size_t count) {
    std::size_t i = 0;
    for (; i + kSets <= count; i += kSets) {
      ++counters[places[i]];
      ++counters[kSetSize + static_cast<std::size_t>(places[i + 1])];
      ++counters[2 * kSetSize + static_cast<std::size_t>(places[i + 2])];
      ++counters[3 * kSetSize + static_cast<std::size_t>(places[i + 3])];
    }
    for (; i < count; ++i) ++counters[places[i]];
  });
}

void BinCounters::flush(std::vector<std::uint64_t>& counts) {
  HWY_DYNAMIC_DISPATCH(take_counts)
  (counters_.data(), kSets, kSetSize, std::size_t{kScatter}, counts.data(), counts.size());
}

void count_directly(std::span<const float> values, const BinGrid& grid, std::vector<std::uint64_t>& counts) {
  for_places(values, grid, 0, [&counts](const std::int32_t* places, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ++counts[static_cast<std::size_t>(places[i])];
  });
}

}  // namespace halftone
#endif  // HWY_ONCE

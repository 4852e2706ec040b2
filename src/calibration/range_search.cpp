#include "calibration/range_search.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace halftone {
namespace {

constexpr std::int64_t kCoarseSteps = 128;
constexpr double kTie = 1e-9;
/// Rounds end when no end moves, after three most often; this bounds the time where they creep.
constexpr int kMaxRounds = 32;

/// The best of the ends seen.
class BestEnds {
 public:
  BestEnds(const BinEnds& ends, const EndsCost& cost)
      : cost_(cost), ends_(ends), least_(cost(ends, std::numeric_limits<double>::infinity())) {}

  void consider(const BinEnds& ends) {
    const double enough = least_ * (1 - kTie);
    const double candidate = cost_(ends, enough);
    if (!(candidate < enough)) return;
    least_ = candidate;
    ends_ = ends;
  }
  const BinEnds& ends() const { return ends_; }

 private:
  const EndsCost& cost_;
  BinEnds ends_;
  double least_;
};

/// Tries positions from `widest` to `narrowest` in coarse steps, then all those around the best.
/// `with_end` puts a position into the ends.
template <typename WithEnd>
void scan_end(BestEnds& best, std::int64_t widest, std::int64_t narrowest, std::int64_t BinEnds::*end,
              const WithEnd& with_end) {
  const std::int64_t distance = std::abs(narrowest - widest);
  const std::int64_t inwards = narrowest < widest ? -1 : 1;
  const std::int64_t step = std::max<std::int64_t>(1, distance / kCoarseSteps);
  for (std::int64_t at = 0; at <= distance; at += step) best.consider(with_end(widest + inwards * at));
  if (step == 1) return;
  const std::int64_t around = std::abs(best.ends().*end - widest);
  const std::int64_t last = std::min(distance, around + step - 1);
  for (std::int64_t at = std::max<std::int64_t>(0, around - step + 1); at <= last; ++at) {
    best.consider(with_end(widest + inwards * at));
  }
}

}  // namespace

BinEnds search_ends(const BinEnds& widest, const BinEnds& narrowest, const EndsCost& cost) {
  BestEnds best(widest, cost);
  for (int round = 0; round < kMaxRounds; ++round) {
    const BinEnds before = best.ends();
    scan_end(best, widest.high, std::max(narrowest.high, before.low), &BinEnds::high, [&](std::int64_t high) {
      return BinEnds{before.low, high};
    });
    const std::int64_t high = best.ends().high;
    scan_end(best, widest.low, std::min(narrowest.low, high), &BinEnds::low, [&](std::int64_t low) {
      return BinEnds{low, high};
    });
    if (best.ends() == before) break;
  }
  return best.ends();
}

}  // namespace halftone

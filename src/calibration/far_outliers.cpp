#include "calibration/far_outliers.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "calibration/bin_grid.h"
#include "calibration/bin_shapes.h"

namespace halftone {
namespace {

constexpr std::uint64_t kOneIn = 500;

/// How many values lie in a bin or beyond it, by the bin's index.
class CountsBeyond {
 public:
  explicit CountsBeyond(const Histogram& histogram)
      : first_(histogram.first), counts_(histogram.counts.rbegin(), histogram.counts.rend()) {
    std::partial_sum(counts_.begin(), counts_.end(), counts_.begin());
    std::reverse(counts_.begin(), counts_.end());
    counts_.push_back(0);
  }
  std::uint64_t operator()(std::int64_t bin) const {
    const auto last = static_cast<std::int64_t>(counts_.size()) - 1;
    return counts_[static_cast<std::size_t>(std::clamp<std::int64_t>(bin - first_, 0, last))];
  }

 private:
  std::int64_t first_;
  std::vector<std::uint64_t> counts_;
};

/// The largest bin below `reach` from which on all are far outliers; `reach` where there is none. Those beyond `reach`
/// are set aside already.
std::int64_t next_reach(const CountsBeyond& beyond, std::int64_t reach, std::uint64_t most) {
  const std::uint64_t set_aside = beyond(reach);
  for (std::int64_t bin = reach / 2; bin > 0 && beyond(bin) <= most; --bin) {
    const std::uint64_t far = beyond(2 * bin) - set_aside;
    if (far > 0 && 2 * far >= beyond(bin) - set_aside) return bin;
  }
  return reach;
}

}  // namespace

std::int64_t reach_without_far_outliers(const Histogram& magnitudes) {
  const CountsBeyond beyond(magnitudes);
  const std::uint64_t most = beyond(0) / kOneIn;
  std::int64_t reach = grid_of(magnitudes).last + 1;
  for (std::int64_t next = next_reach(beyond, reach, most); next != reach; next = next_reach(beyond, reach, most)) {
    reach = next;
  }
  return reach;
}

Histogram without_far_outliers(const Histogram& histogram) {
  const std::int64_t reach = reach_without_far_outliers(folded(histogram));
  const BinGrid grid = grid_of(histogram);
  BinGrid kept{grid.exponent, std::max(grid.first, -reach), std::min(grid.last, reach - 1)};
  while (kept.size() > 0 && count_at(histogram, kept.first) == 0) ++kept.first;
  while (kept.size() > 0 && count_at(histogram, kept.last) == 0) --kept.last;
  Histogram result{grid.exponent, kept.first, {}};
  for (std::int64_t bin = kept.first; bin <= kept.last; ++bin) result.counts.push_back(count_at(histogram, bin));
  return result;
}

}  // namespace halftone

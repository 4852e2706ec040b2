#include <algorithm>
#include <array>
#include <limits>
#include <numbers>
#include <numeric>

#include "calibration/bin_shapes.h"
#include "calibration/far_outliers.h"
#include "calibration/level_loss.h"
#include "calibration/range_methods.h"
#include "calibration/range_search.h"
#include "calibration/value_density.h"

namespace halftone {
namespace {

constexpr std::int64_t kBins = 2'048;
/// A clipped value loses all that the 24 bits of a float's significand say.
constexpr double kNatsOfClippedValue = 24 * std::numbers::ln2;

std::vector<double> sums_before(const std::vector<double>& values) {
  std::vector<double> sums(values.size() + 1);
  std::partial_sum(values.begin(), values.end(), sums.begin() + 1);
  return sums;
}

/// Nats lost per value by ranges of one tensor. Places are in points of value_density().
class InformationLoss {
 public:
  InformationLoss(const Histogram& histogram, std::int64_t levels)
      : first_(histogram.first * kPointsOfBin),
        levels_(levels),
        mass_(value_density(histogram)),
        entropy_(mass_.size()) {
    store_entropies(mass_, entropy_);
    mass_ = sums_before(mass_);
    entropy_ = sums_before(entropy_);
    const std::vector<double> counts(histogram.counts.begin(), histogram.counts.end());
    counts_ = sums_before(counts);
  }

  double operator()(const BinEnds& kept, double enough) const {
    const std::int64_t low = kept.low * kPointsOfBin;
    const std::int64_t width = kept.high * kPointsOfBin - low;
    if (width < levels_) return std::numeric_limits<double>::infinity();
    const double lost_by_clipping = kNatsOfClippedValue * clipped_share(kept);
    if (lost_by_clipping >= enough) return lost_by_clipping;
    return lost_by_clipping + std::max(lost_by_rounding(low, width), 0.0);
  }

 private:
  static constexpr std::size_t kStretch = 64;

  double lost_by_rounding(std::int64_t low, std::int64_t width) const {
    std::array<double, kStretch + 1> mass;
    std::array<double, kStretch + 1> entropy;
    std::array<double, kStretch + 1> place;
    double lost = 0;
    for (std::int64_t begin = 0; begin < levels_; begin += kStretch) {
      const std::size_t levels = std::min<std::size_t>(kStretch, static_cast<std::size_t>(levels_ - begin));
      for (std::size_t i = 0; i <= levels; ++i) {
        const std::int64_t edge = low + (begin + static_cast<std::int64_t>(i)) * width / levels_;
        const auto point = static_cast<std::size_t>(
            std::clamp<std::int64_t>(edge - first_, 0, static_cast<std::int64_t>(mass_.size()) - 1));
        mass[i] = mass_[point];
        entropy[i] = entropy_[point];
        place[i] = static_cast<double>(edge);
      }
      const auto of_stretch = [levels](const auto& values) { return std::span(values).first(levels + 1); };
      lost += lost_in_levels({of_stretch(mass), of_stretch(entropy), of_stretch(place)});
    }
    return lost;
  }

  double clipped_share(const BinEnds& kept) const {
    const auto below = [this](std::int64_t bin) {
      const auto last = static_cast<std::int64_t>(counts_.size()) - 1;
      return counts_[static_cast<std::size_t>(std::clamp<std::int64_t>(bin - first_ / kPointsOfBin, 0, last))];
    };
    return 1 - (below(kept.high) - below(kept.low)) / counts_.back();
  }

  std::int64_t first_;
  std::int64_t levels_;
  std::vector<double> mass_;
  std::vector<double> entropy_;
  std::vector<double> counts_;
};

}  // namespace

Range kl_range(const TensorStatistics& statistics, const QuantSpec& spec) {
  const QuantLimits limits = quant_limits(spec);
  const std::int64_t levels = std::int64_t{limits.high} - limits.low + 1;
  const Histogram values = without_far_outliers(without_exact_zeros(statistics.histogram));
  // More levels than bins lose nothing that could be seen.
  if (levels > kBins || values.counts.empty()) return {statistics.min, statistics.max};
  const bool symmetric = spec.scheme == Scheme::symmetric;
  const Histogram histogram = coarsened(symmetric ? folded(values) : values, kBins);
  const std::int64_t last = histogram.first + static_cast<std::int64_t>(histogram.counts.size());
  const BinEnds widest{std::min<std::int64_t>(histogram.first, 0), std::max<std::int64_t>(last, 0)};
  // The levels of magnitudes are those from zero up.
  const InformationLoss loss(histogram, symmetric ? levels / 2 + 1 : levels);
  const BinEnds kept = search_ends(widest, {0, 0}, loss);
  const auto high = static_cast<double>(kept.high);
  const double low = symmetric ? -high : static_cast<double>(kept.low);
  return {edge_value(low, histogram.exponent, statistics), edge_value(high, histogram.exponent, statistics)};
}

}  // namespace halftone

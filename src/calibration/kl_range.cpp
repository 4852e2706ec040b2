#include <algorithm>
#include <cmath>
#include <limits>

#include "calibration/bin_shapes.h"
#include "calibration/range_methods.h"
#include "calibration/range_search.h"

namespace halftone {
namespace {

constexpr std::int64_t kBins = 2'048;
/// Nats that a value beyond the range costs. Gaussian values are clipped at about 4.2 deviations by 255 levels, and
/// Laplacian ones at 9 scales, much as least squares would; both hardly depend on it (factor 2: 4 % and 8 %).
constexpr double kNatsOfClippedValue = 0.5;
/// Width of the smoothing window, as a share of the bins, for one value; it falls with the square root of their number.
/// Then the loss that chance alone makes (about bins / 12 * (bins of a level / window)^2 nats) stays near 1e-4 nats per
/// value, small beside the price of clipping.
constexpr double kWindowForOneValue = 4;

/// Means over `2 * reach + 1` neighbours, fewer at the ends.
std::vector<double> window_means(const std::vector<double>& values, std::size_t reach) {
  std::vector<double> before{0.0};
  for (const double value : values) before.push_back(before.back() + value);
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t begin = i - std::min(i, reach);
    const std::size_t end = std::min(i + reach + 1, values.size());
    means.push_back((before[end] - before[begin]) / static_cast<double>(end - begin));
  }
  return means;
}

/// The counts as a density: without what stands out, and smoothed as far as so few values need.
std::vector<double> density(const Histogram& histogram, std::uint64_t values) {
  std::vector<double> shape;
  for (std::size_t place = 0; place < histogram.counts.size(); ++place) {
    const std::int64_t bin = histogram.first + static_cast<std::int64_t>(place);
    const std::uint64_t neighbour = std::max(count_at(histogram, bin - 1), count_at(histogram, bin + 1));
    shape.push_back(std::min(static_cast<double>(histogram.counts[place]), 2 * static_cast<double>(neighbour)));
  }
  const double window = kWindowForOneValue * static_cast<double>(shape.size()) / std::sqrt(static_cast<double>(values));
  const auto reach = static_cast<std::size_t>(std::min(window, static_cast<double>(shape.size())) / 2);
  return window_means(window_means(shape, reach), reach);
}

/// Sums over the bins before a place.
struct Sums {
  double values = 0;     ///< counted values
  double shape = 0;      ///< density() of the counts, c
  double entropy = 0;    ///< c * log(c)
  double not_empty = 0;  ///< bins with c > 0
};

class InformationLoss {
 public:
  InformationLoss(const Histogram& histogram, std::uint64_t values, std::int64_t levels)
      : first_(histogram.first), levels_(levels), sums_(1) {
    const std::vector<double> shapes = density(histogram, values);
    for (std::size_t place = 0; place < shapes.size(); ++place) {
      const auto count = static_cast<double>(histogram.counts[place]);
      const double shape = shapes[place];
      const double entropy = shape > 0 ? shape * std::log(shape) : 0;
      const Sums& before = sums_.back();
      sums_.push_back({before.values + count, before.shape + shape, before.entropy + entropy,
                       before.not_empty + (shape > 0 ? 1 : 0)});
    }
  }

  /// Nats lost per value.
  double operator()(const BinEnds& kept) const {
    const std::int64_t bins = kept.high - kept.low;
    if (bins < levels_) return std::numeric_limits<double>::infinity();
    double lost = 0;
    const Sums* begin = &before(kept.low);
    const double kept_values = before(kept.high).values - begin->values;
    for (std::int64_t level = 1; level <= levels_; ++level) {
      const Sums* end = &before(kept.low + level * bins / levels_);
      lost += lost_in_level(*begin, *end);
      begin = end;
    }
    const double clipped = sums_.back().values - kept_values;
    return (std::max(lost, 0.0) + kNatsOfClippedValue * clipped) / sums_.back().values;
  }

 private:
  static double lost_in_level(const Sums& begin, const Sums& end) {
    const double shape = end.shape - begin.shape;
    const double not_empty = end.not_empty - begin.not_empty;
    return not_empty > 1 ? end.entropy - begin.entropy - shape * std::log(shape / not_empty) : 0;
  }

  const Sums& before(std::int64_t bin) const {
    const auto size = static_cast<std::int64_t>(sums_.size()) - 1;
    return sums_[static_cast<std::size_t>(std::clamp<std::int64_t>(bin - first_, 0, size))];
  }

  std::int64_t first_;
  std::int64_t levels_;
  std::vector<Sums> sums_;
};

}  // namespace

Range kl_range(const TensorStatistics& statistics, const QuantSpec& spec) {
  const QuantLimits limits = quant_limits(spec);
  const bool symmetric = spec.scheme == Scheme::symmetric;
  const std::int64_t levels = std::int64_t{limits.high} - limits.low + 1;
  const Histogram histogram = coarsened(symmetric ? folded(statistics.histogram) : statistics.histogram, kBins);
  const std::int64_t last = histogram.first + static_cast<std::int64_t>(histogram.counts.size());
  const BinEnds widest{std::min<std::int64_t>(histogram.first, 0), std::max<std::int64_t>(last, 0)};
  // The levels of magnitudes are those from zero up.
  const InformationLoss loss(histogram, statistics.count, symmetric ? levels / 2 + 1 : levels);
  const BinEnds kept = search_ends(widest, {0, 0}, loss);
  const auto high = static_cast<double>(kept.high);
  const double low = symmetric ? -high : static_cast<double>(kept.low);
  return {edge_value(low, histogram.exponent, statistics), edge_value(high, histogram.exponent, statistics)};
}

}  // namespace halftone

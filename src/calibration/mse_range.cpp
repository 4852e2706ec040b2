#include <algorithm>
#include <cmath>
#include <limits>

#include "calibration/bin_shapes.h"
#include "calibration/range_methods.h"
#include "calibration/range_search.h"

namespace halftone {
namespace {

/// Count, sum and sum of squares of values.
struct Moments {
  double count = 0;
  double sum = 0;
  double squares = 0;

  friend Moments operator+(const Moments& a, const Moments& b) {
    return {a.count + b.count, a.sum + b.sum, a.squares + b.squares};
  }
  friend Moments operator-(const Moments& a, const Moments& b) {
    return {a.count - b.count, a.sum - b.sum, a.squares - b.squares};
  }
  /// Sum of squared distances from `point`.
  double squares_about(double point) const { return std::max(0.0, squares - 2 * point * sum + point * point * count); }
};

/// `count` values lying evenly from `begin` on, over `width`.
Moments even_moments(double count, double begin, double width) {
  const double mean = begin + width / 2;
  return {count, count * mean, count * (mean * mean + width * width / 12)};
}

/// Moments of the values below a point, within a bin taken to lie evenly. Points are in units of a bin's width.
class MomentsBelow {
 public:
  explicit MomentsBelow(const Histogram& histogram) : histogram_(histogram), before_(1) {
    for (std::size_t bin = 0; bin < histogram_.counts.size(); ++bin) {
      before_.push_back(before_.back() + of_bin(bin, 1));
    }
  }

  Moments operator()(double point) const {
    const double place = point - static_cast<double>(histogram_.first);
    if (place <= 0) return {};
    if (place >= static_cast<double>(histogram_.counts.size())) return before_.back();
    const auto bin = static_cast<std::size_t>(place);
    return before_[bin] + of_bin(bin, place - static_cast<double>(bin));
  }
  const Moments& all() const { return before_.back(); }

 private:
  Moments of_bin(std::size_t bin, double part) const {
    const double begin = static_cast<double>(histogram_.first) + static_cast<double>(bin);
    return even_moments(part * static_cast<double>(histogram_.counts[bin]), begin, part);
  }

  Histogram histogram_;
  std::vector<Moments> before_;
};

/// The real values of the lowest and highest level and the distance between levels.
struct LevelGrid {
  double low;
  double high;
  double step;
};

/// As params_from_range() would place them: rounding the zero point moves both ends.
LevelGrid level_grid(double low, double high, const QuantSpec& spec) {
  const QuantLimits limits = quant_limits(spec);
  const auto steps = static_cast<double>(std::int64_t{limits.high} - limits.low);
  if (spec.scheme == Scheme::symmetric) {
    const double extreme = std::max(-low, high);
    return {-extreme, extreme, 2 * extreme / steps};
  }
  const double step = (high - low) / steps;
  const double zero_point = std::clamp<double>(std::nearbyint(limits.low - low / step), limits.low, limits.high);
  return {(limits.low - zero_point) * step, (limits.high - zero_point) * step, step};
}

/// Expected squared error of ranges of one tensor, in units of a bin's width.
class SquaredError {
 public:
  SquaredError(const TensorStatistics& statistics, const QuantSpec& spec)
      : spec_(spec),
        below_(without_exact_zeros(statistics.histogram)),
        min_(std::ldexp(double{std::min(statistics.min, 0.0F)}, -statistics.histogram.exponent)),
        max_(std::ldexp(double{std::max(statistics.max, 0.0F)}, -statistics.histogram.exponent)) {}

  /// Ends are brought between the extremes first.
  double operator()(double low, double high) const {
    low = std::max(low, min_);
    high = std::min(high, max_);
    if (low >= high) return std::numeric_limits<double>::infinity();
    const LevelGrid grid = level_grid(low, high, spec_);
    const Moments below_low = below_(grid.low);
    const Moments below_high = below_(grid.high);
    const double half_step = grid.step / 2;
    const Moments to_zero = below_(std::min(half_step, grid.high)) - below_(std::max(-half_step, grid.low));
    const double rounded = (below_high - below_low - to_zero).count;
    return below_low.squares_about(grid.low) + (below_.all() - below_high).squares_about(grid.high) + to_zero.squares +
           std::max(0.0, rounded) * grid.step * grid.step / 12;
  }

 private:
  QuantSpec spec_;
  MomentsBelow below_;
  double min_;
  double max_;
};

}  // namespace

double expected_squared_error(const TensorStatistics& statistics, const QuantSpec& spec, double low, double high) {
  const int exponent = statistics.histogram.exponent;
  const double error = SquaredError(statistics, spec)(std::ldexp(low, -exponent), std::ldexp(high, -exponent));
  return std::ldexp(error / static_cast<double>(statistics.count), 2 * exponent);
}

Range mse_range(const TensorStatistics& statistics, const QuantSpec& spec) {
  const Histogram& histogram = statistics.histogram;
  const SquaredError error(statistics, spec);
  const auto cost = [&error](const BinEnds& kept, double /*enough*/) {
    return error(static_cast<double>(kept.low), static_cast<double>(kept.high));
  };
  const std::int64_t first = histogram.first;
  const std::int64_t last = first + static_cast<std::int64_t>(histogram.counts.size());
  if (spec.scheme == Scheme::symmetric) {
    const std::int64_t widest = std::max(last, -first);
    const std::int64_t narrowest = first > 0 ? first : last < 0 ? -last : 1;
    const auto symmetric_cost = [&cost](const BinEnds& kept, double enough) {
      return cost({-kept.high, kept.high}, enough);
    };
    const auto kept = static_cast<double>(search_ends({0, widest}, {0, narrowest}, symmetric_cost).high);
    return {edge_value(-kept, histogram.exponent, statistics), edge_value(kept, histogram.exponent, statistics)};
  }
  const BinEnds widest{std::min<std::int64_t>(first, 0), std::max<std::int64_t>(last, 0)};
  const BinEnds narrowest{std::min<std::int64_t>(last, 0), std::max<std::int64_t>(first, 0)};
  const BinEnds kept = search_ends(widest, narrowest, cost);
  return {edge_value(static_cast<double>(kept.low), histogram.exponent, statistics),
          edge_value(static_cast<double>(kept.high), histogram.exponent, statistics)};
}

}  // namespace halftone

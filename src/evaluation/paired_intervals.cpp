#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "evaluation/bisection.h"
#include "evaluation/distributions.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

/// Variance of gained - lost (counts) where the true difference is `delta` >= 0: trials · (2 q + delta (1 - delta))
/// with q the maximum likelihood estimate of the proportion lost under that difference, the root of A q² + B q + C
/// (Tango 1998, section 4).
double score_variance(double lost, double gained, double trials, double delta) {
  const double a = 2 * trials;
  const double b = (a - gained + lost) * delta - lost - gained;
  const double c = -lost * delta * (1 - delta);
  const double root = std::sqrt(b * b - 4 * a * c);
  // Two forms of one root; each avoids the cancellation of the other.
  const double q = b > 0 ? -2 * c / (root + b) : (root - b) / (2 * a);
  return trials * (2 * q + delta * (1 - delta));
}

/// The difference that is so small that gained - lost lies z standard deviations above it.
double lower_limit(double lost, double gained, double trials, double z) {
  if (lost == trials) return -1;
  const auto excess = [=](double delta) {
    const double variance =
        delta >= 0 ? score_variance(lost, gained, trials, delta) : score_variance(gained, lost, trials, -delta);
    return gained - lost - trials * delta - z * std::sqrt(variance);
  };
  return bisect_decreasing(excess, -1, (gained - lost) / trials);
}

std::vector<double> sorted_ratios(std::span<const double> numerator, std::span<const double> denominator) {
  const auto usable = [](double value) { return value > 0 && std::isfinite(value); };
  std::vector<double> ratios;
  for (std::size_t i = 0; i < numerator.size(); ++i) {
    if (!usable(numerator[i]) || !usable(denominator[i])) {
      throw Error(ErrorCode::invalid_data, "pair " + std::to_string(i) + " of measurements has no positive ratio");
    }
    ratios.push_back(numerator[i] / denominator[i]);
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

}  // namespace

Estimate paired_proportion_interval(std::uint64_t lost, std::uint64_t gained, std::uint64_t trials, double confidence) {
  const double z = upper_normal_quantile(tail_of(confidence));
  if (trials == 0) throw Error(ErrorCode::invalid_data, "a difference of proportions of no trials has no interval");
  if (lost > trials || gained > trials - lost) {
    throw Error(ErrorCode::invalid_argument, std::to_string(lost) + " lost and " + std::to_string(gained) +
                                                 " gained of " + std::to_string(trials) + " trials");
  }
  const double x = static_cast<double>(lost);
  const double y = static_cast<double>(gained);
  const double n = static_cast<double>(trials);
  return {(y - x) / n, lower_limit(x, y, n, z), -lower_limit(y, x, n, z)};
}

Estimate paired_ratio_interval(std::span<const double> numerator, std::span<const double> denominator,
                               double confidence) {
  const double tail = tail_of(confidence);
  if (numerator.size() != denominator.size()) {
    throw Error(ErrorCode::invalid_argument, "paired measurements of " + std::to_string(numerator.size()) + " and " +
                                                 std::to_string(denominator.size()) + " values");
  }
  if (numerator.empty()) throw Error(ErrorCode::invalid_data, "a ratio of no measurements has no interval");
  const std::vector<double> ratios = sorted_ratios(numerator, denominator);
  const std::size_t n = ratios.size();
  const double median = n % 2 == 1 ? ratios[n / 2] : std::sqrt(ratios[n / 2 - 1]) * std::sqrt(ratios[n / 2]);
  const std::size_t rank = median_bound_rank(n, tail);
  if (rank == 0) return {median, 0, std::numeric_limits<double>::infinity()};
  return {median, ratios[rank - 1], ratios[n - rank]};
}

}  // namespace halftone

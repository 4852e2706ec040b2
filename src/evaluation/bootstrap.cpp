#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "data/split_mix.h"
#include "evaluation/distributions.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostGroups = 200;

double normal_probability(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

double normal_quantile(double probability) {
  return probability < 0.5 ? -upper_normal_quantile(probability) : upper_normal_quantile(1 - probability);
}

/// Values of the statistic on resamples, sorted, without those where it is not defined. Each resample has a generator
/// of its own, so that threads change nothing.
std::vector<double> resampled(const WeightedValue& statistic, std::size_t samples, const Bootstrap& bootstrap) {
  const std::uint64_t base = SplitMix64(bootstrap.seed).next();
  const auto count = static_cast<std::size_t>(bootstrap.resamples);
  std::vector<double> values(count);
  std::vector<std::vector<std::uint32_t>> weights(static_cast<std::size_t>(std::max(1, bootstrap.threads)));
  parallel_for(count, bootstrap.threads, [&](std::size_t worker, std::size_t resample) {
    std::vector<std::uint32_t>& drawn = weights[worker];
    drawn.assign(samples, 0);
    SplitMix64 random(base + SplitMix64(resample).next());
    for (std::size_t i = 0; i < samples; ++i) ++drawn[random.below(samples)];
    values[resample] = statistic(drawn);
  });
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  std::ranges::sort(values);
  return values;
}

/// Acceleration by the jackknife (equation 14.15); of many samples, groups are left out in place of single ones, of
/// whose values mean and skewness have the same ratio.
double acceleration(const WeightedValue& statistic, std::size_t samples) {
  const std::size_t groups = std::min(samples, kMostGroups);
  std::vector<double> values;
  double mean = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<std::uint32_t> weights(samples, 1);
    for (std::size_t i = group; i < samples; i += groups) weights[i] = 0;
    values.push_back(statistic(weights));
    mean += values.back() / static_cast<double>(groups);
  }
  double squares = 0;
  double cubes = 0;
  for (const double value : values) {
    const double distance = mean - value;
    squares += distance * distance;
    cubes += distance * distance * distance;
  }
  const double a = cubes / (6 * std::pow(squares, 1.5));
  return std::isfinite(a) ? a : 0;
}

/// Which share of the resamples lies below, equal ones by half (equation 14.14).
double bias_correction(const std::vector<double>& values, double estimate) {
  const auto [first, last] = std::ranges::equal_range(values, estimate);
  const auto below = static_cast<double>(first - values.begin());
  const auto count = static_cast<double>(values.size());
  const double share = (below + static_cast<double>(last - first) / 2) / count;
  return normal_quantile(std::clamp(share, 0.5 / count, 1 - 0.5 / count));
}

/// The resamples' value at a share from below, by the rule of section 12.5 for numbers that do not divide.
double percentile(const std::vector<double>& values, double share) {
  const double rank = std::floor((static_cast<double>(values.size()) + 1) * std::min(share, 1 - share));
  const auto index = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
  return share < 0.5 ? values[index] : values[values.size() - 1 - index];
}

struct Draws {
  double estimate = 0;
  std::vector<double> values;  ///< empty where they bound nothing
};

Draws draw(const WeightedValue& statistic, std::size_t samples, const Bootstrap& bootstrap) {
  if (samples == 0) throw Error(ErrorCode::invalid_data, "a statistic of no samples has no interval");
  if (bootstrap.resamples < 1) throw Error(ErrorCode::invalid_argument, "a bootstrap needs resamples");
  Draws draws;
  draws.estimate = statistic(std::vector<std::uint32_t>(samples, 1));
  if (!std::isfinite(draws.estimate)) {
    throw Error(ErrorCode::invalid_data, "a statistic that is not defined has no interval");
  }
  if (samples == 1) return draws;
  draws.values = resampled(statistic, samples, bootstrap);
  if (draws.values.size() < static_cast<std::size_t>(bootstrap.resamples) / 2) draws.values.clear();
  return draws;
}

/// Between two shares of the draws, and around the estimate in any case.
Estimate between(const Draws& draws, double low, double high) {
  return {draws.estimate, std::min(draws.estimate, percentile(draws.values, low)),
          std::max(draws.estimate, percentile(draws.values, high))};
}

void require_comparable(const Metric& metric, std::size_t baseline, std::size_t candidate) {
  if (baseline == candidate) return;
  throw Error(ErrorCode::invalid_argument,
              "metric '" + metric.name() + "' has " + std::to_string(baseline) + " rows of the baseline and " +
                  std::to_string(candidate) + " of the candidate",
              "evaluate both models on the same samples");
}

}  // namespace

Estimate percentile_interval(const WeightedValue& statistic, std::size_t samples, double confidence,
                             const Bootstrap& bootstrap) {
  const double tail = tail_of(confidence);
  const Draws draws = draw(statistic, samples, bootstrap);
  if (draws.values.empty()) return {draws.estimate, -kInfinity, kInfinity};
  return between(draws, tail, 1 - tail);
}

Estimate bootstrap_interval(const WeightedValue& statistic, std::size_t samples, double confidence,
                            const Bootstrap& bootstrap) {
  const double z = upper_normal_quantile(tail_of(confidence));
  const Draws draws = draw(statistic, samples, bootstrap);
  if (draws.values.empty()) return {draws.estimate, -kInfinity, kInfinity};
  const double bias = bias_correction(draws.values, draws.estimate);
  const double a = acceleration(statistic, samples);
  // Equation 14.10.
  const auto share = [&](double side) { return normal_probability(bias + (bias + side) / (1 - a * (bias + side))); };
  return between(draws, share(-z), share(z));
}

Estimate estimate_metric(const Metric& metric, const MetricRows& rows, double confidence, const Bootstrap& bootstrap) {
  metric.value(rows);
  return bootstrap_interval(metric.weighted(rows), rows.size(), confidence, bootstrap);
}

Estimate estimate_delta(const Metric& metric, const MetricRows& baseline, const MetricRows& candidate,
                        double confidence, const Bootstrap& bootstrap) {
  require_comparable(metric, baseline.size(), candidate.size());
  metric.value(baseline);
  metric.value(candidate);
  const auto difference = [before = metric.weighted(baseline), after = metric.weighted(candidate)](
                              std::span<const std::uint32_t> weights) { return after(weights) - before(weights); };
  return bootstrap_interval(difference, baseline.size(), confidence, bootstrap);
}

}  // namespace halftone

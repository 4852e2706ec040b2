#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "evaluation/distributions.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {

Estimate wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
  const double z = upper_normal_quantile(tail_of(confidence));
  if (trials == 0) throw Error(ErrorCode::invalid_data, "a proportion of no trials has no interval");
  if (successes > trials) {
    throw Error(ErrorCode::invalid_argument,
                std::to_string(successes) + " successes in " + std::to_string(trials) + " trials");
  }
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  // Exact at the ends, where rounding would leave 1e-18.
  return {p, successes == 0 ? 0 : std::max(0.0, center - half), successes == trials ? 1 : std::min(1.0, center + half)};
}

Estimate mean_interval(std::span<const double> values, double confidence) {
  const double tail = tail_of(confidence);
  if (values.empty()) throw Error(ErrorCode::invalid_data, "a mean of no values has no interval");
  const double n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  if (!std::isfinite(mean)) {
    throw Error(ErrorCode::invalid_data, "a mean of values that are not all finite has no interval");
  }
  if (values.size() == 1) {
    return {mean, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  }
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = upper_student_quantile(tail, n - 1) * std::sqrt(squares / (n - 1) / n);
  return {mean, mean - half, mean + half};
}

}  // namespace halftone

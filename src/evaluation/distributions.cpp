#include "evaluation/distributions.h"

#include <math.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <sstream>

#include "evaluation/bisection.h"
#include "halftone/error.h"

namespace halftone {
namespace {

// From here on the expansion of the t quantile in 1 / degrees is exact to 1e-11, and log gamma begins not to be.
constexpr double kManyDegrees = 1e5;

double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // std::lgamma writes a global variable
}

/// Keeps a Lentz denominator or numerator away from zero.
double nonzero(double value) {
  constexpr double kTiny = 1e-300;
  return std::abs(value) < kTiny ? kTiny : value;
}

/// The continued fraction of DLMF 8.17.22 without its factor; converges fast for x < (a + 1) / (a + b + 2), in about
/// sqrt(max(a, b)) steps.
double beta_fraction(double a, double b, double x) {
  constexpr int kMaxSteps = 1'000'000;
  double c = 1;
  double d = 1 / nonzero(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m <= kMaxSteps; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    value *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    value *= c * d;
    if (std::abs(c * d - 1) < std::numeric_limits<double>::epsilon()) break;
  }
  return value;
}

/// Where a function that decreases on [0, infinity) to a limit below zero passes zero.
template <typename Function>
double root_above_zero(const Function& function) {
  double high = 1;
  while (function(high) > 0) high *= 2;
  return bisect_decreasing(function, 0, high);
}

}  // namespace

double tail_of(double confidence) {
  if (confidence > 0 && confidence < 1) return (1 - confidence) / 2;
  std::ostringstream message;
  message << "confidence " << confidence << " is not between 0 and 1";
  throw Error(ErrorCode::invalid_argument, message.str(), "give a fraction such as 0.95");
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  const double log_factor = log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x);
  return std::exp(log_factor) / a * beta_fraction(a, b, x);
}

double upper_normal_quantile(double tail) {
  return root_above_zero([tail](double z) { return std::erfc(z / std::numbers::sqrt2) / 2 - tail; });
}

double upper_student_quantile(double tail, double degrees) {
  if (degrees < kManyDegrees) {
    return root_above_zero([tail, degrees](double t) {
      return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2 - tail;
    });
  }
  const double z = upper_normal_quantile(tail);
  const double square = z * z;
  return z + z * (square + 1) / (4 * degrees) + z * ((5 * square + 16) * square + 3) / (96 * degrees * degrees);
}

std::size_t median_bound_rank(std::size_t count, double tail) {
  // The k-th smallest exceeds the median when fewer than k values lie below it: P(Bin(count, 1/2) <= k - 1).
  const auto excess = [count](std::size_t k) {
    return incomplete_beta(static_cast<double>(count - k + 1), static_cast<double>(k), 0.5);
  };
  std::size_t good = 0;
  std::size_t bad = count / 2 + 1;
  while (bad - good > 1) {
    const std::size_t middle = good + (bad - good) / 2;
    (excess(middle) <= tail ? good : bad) = middle;
  }
  return good;
}

}  // namespace halftone

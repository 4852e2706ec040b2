#include "strategies/gaussian_process.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kNoise = 1e-3;  ///< variance of a measurement, of values of variance 1
constexpr std::array kLengths{0.05, 0.1, 0.2, 0.4, 0.8, 1.6};

/// Solves L x = b by substitution.
std::vector<double> solve_lower(const std::vector<double>& factor, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= factor[i * n + k] * b[k];
    b[i] /= factor[i * n + i];
  }
  return b;
}

/// Solves L' x = b.
std::vector<double> solve_upper(const std::vector<double>& factor, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= factor[k * n + i] * b[k];
    b[i] /= factor[i * n + i];
  }
  return b;
}

std::vector<double> cholesky(const std::vector<double>& matrix, std::size_t n) {
  std::vector<double> factor(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = i == j ? std::sqrt(std::max(sum, kNoise / 2)) : sum / factor[j * n + j];
    }
  }
  return factor;
}

}  // namespace

GaussianProcess::GaussianProcess(std::vector<double> distances, std::vector<double> values)
    : distances_(std::move(distances)), standard_(std::move(values)) {
  const std::size_t n = standard_.size();
  const bool finite = std::ranges::all_of(standard_, [](double value) { return std::isfinite(value); });
  if (n == 0 || distances_.size() != n * n || !finite) {
    throw Error(ErrorCode::invalid_argument,
                "a Gaussian process needs finite values and all distances of their points");
  }
  mean_ = std::accumulate(standard_.begin(), standard_.end(), 0.0) / static_cast<double>(n);
  double squares = 0;
  for (const double value : standard_) squares += (value - mean_) * (value - mean_);
  if (squares > 0) scale_ = std::sqrt(squares / static_cast<double>(n));
  for (double& value : standard_) value = (value - mean_) / scale_;
  double most = -std::numeric_limits<double>::infinity();
  double best = kLengths.front();
  for (const double length : kLengths) {
    const double likelihood = fit(length);
    if (likelihood <= most) continue;
    most = likelihood;
    best = length;
  }
  fit(best);
}

double GaussianProcess::fit(double length) {
  length_ = length;
  const std::size_t n = standard_.size();
  std::vector<double> kernel(n * n);
  for (std::size_t i = 0; i < kernel.size(); ++i) kernel[i] = std::exp(-distances_[i] / length);
  for (std::size_t i = 0; i < n; ++i) kernel[i * n + i] = 1 + kNoise;
  factor_ = cholesky(kernel, n);
  weights_ = solve_upper(factor_, solve_lower(factor_, standard_));
  double likelihood = -0.5 * static_cast<double>(n) * std::log(2 * std::numbers::pi);
  for (std::size_t i = 0; i < n; ++i) {
    likelihood -= 0.5 * standard_[i] * weights_[i] + std::log(factor_[i * n + i]);
  }
  return likelihood;
}

GaussianProcess::Prediction GaussianProcess::predict(const std::vector<double>& distances) const {
  std::vector<double> kernel(distances.size());
  for (std::size_t i = 0; i < kernel.size(); ++i) kernel[i] = std::exp(-distances[i] / length_);
  Prediction prediction;
  for (std::size_t i = 0; i < kernel.size(); ++i) prediction.mean += kernel[i] * weights_[i];
  const std::vector<double> reduced = solve_lower(factor_, std::move(kernel));
  double variance = 1;
  for (const double value : reduced) variance -= value * value;
  prediction.mean = mean_ + scale_ * prediction.mean;
  prediction.deviation = scale_ * std::sqrt(std::max(variance, 0.0));
  return prediction;
}

double expected_improvement(const GaussianProcess::Prediction& prediction, double best) {
  const double gain = prediction.mean - best;
  if (prediction.deviation <= 0) return std::max(gain, 0.0);
  const double z = gain / prediction.deviation;
  const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
  const double probability = 0.5 * std::erfc(-z / std::numbers::sqrt2);
  return gain * probability + prediction.deviation * density;
}

}  // namespace halftone

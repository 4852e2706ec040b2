#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace halftone {

/// Regression by a Gaussian process of constant mean under the kernel exp(-distance / length), with noise
/// (C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1). The length is
/// the one of a grid under which the data are most likely (equation 5.8).
class GaussianProcess {
 public:
  struct Prediction {
    double mean = 0;
    double deviation = 0;
  };

  /// `distances` is a matrix, row by row, of as many points as there are values; at least one. Throws invalid_argument
  /// for other sizes and for values that are not finite.
  GaussianProcess(std::vector<double> distances, std::vector<double> values);

  /// At a point of those distances to the points seen.
  Prediction predict(const std::vector<double>& distances) const;
  double length() const { return length_; }

 private:
  double fit(double length);  ///< logarithm of the likelihood

  std::vector<double> distances_;
  std::vector<double> standard_;  ///< the values, shifted and scaled to mean 0 and variance 1
  double mean_ = 0;
  double scale_ = 1;
  double length_ = 1;
  std::vector<double> factor_;   ///< lower triangle of the Cholesky factor, row by row
  std::vector<double> weights_;  ///< inverse kernel matrix times values
};

/// Expected gain over the best value seen (D. R. Jones, M. Schonlau, W. J. Welch, "Efficient Global Optimization of
/// Expensive Black-Box Functions", Journal of Global Optimization 13 (1998), equation 15).
double expected_improvement(const GaussianProcess::Prediction& prediction, double best);

}  // namespace halftone

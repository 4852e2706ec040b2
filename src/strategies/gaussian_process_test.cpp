#include "strategies/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "halftone/error.h"

namespace halftone {
namespace {

// Points on a line, their distances the absolute differences.
std::vector<double> distances(const std::vector<double>& points) {
  std::vector<double> matrix;
  for (const double a : points) {
    for (const double b : points) matrix.push_back(std::abs(a - b));
  }
  return matrix;
}

std::vector<double> distances_to(double x, const std::vector<double>& points) {
  std::vector<double> row;
  for (const double point : points) row.push_back(std::abs(x - point));
  return row;
}

TEST(GaussianProcess, PassesThroughWhatItHasSeen) {
  const std::vector<double> points{0, 0.3, 0.7, 1};
  const std::vector<double> values{1, 4, 2, 3};
  const GaussianProcess process(distances(points), values);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto prediction = process.predict(distances_to(points[i], points));
    EXPECT_NEAR(prediction.mean, values[i], 0.05);
    EXPECT_LT(prediction.deviation, 0.1);
  }
}

TEST(GaussianProcess, GoesBackToTheMeanFarAway) {
  const std::vector<double> points{0, 0.1, 0.2};
  const GaussianProcess process(distances(points), {1, 2, 6});
  const auto far = process.predict(distances_to(1e6, points));
  EXPECT_NEAR(far.mean, 3, 1e-9);
  EXPECT_NEAR(far.deviation, std::sqrt((4.0 + 1 + 9) / 3), 1e-9);
}

TEST(GaussianProcess, InterpolatesSmoothValues) {
  std::vector<double> points;
  std::vector<double> values;
  for (int i = 0; i <= 10; ++i) {
    points.push_back(i / 10.0);
    values.push_back(std::sin(2 * std::numbers::pi * i / 10));
  }
  const GaussianProcess process(distances(points), values);
  EXPECT_NEAR(process.predict(distances_to(0.25, points)).mean, 1, 0.12);
}

TEST(GaussianProcess, TakesOneValueAndEqualValues) {
  EXPECT_EQ(GaussianProcess({0}, {5}).predict({0.5}).mean, 5);
  EXPECT_EQ(GaussianProcess(distances({0, 1}), {2, 2}).predict({0.5, 0.5}).mean, 2);
}

TEST(GaussianProcess, RefusesWhatDoesNotFit) {
  EXPECT_THROW(GaussianProcess({}, {}), Error);
  EXPECT_THROW(GaussianProcess({0, 1}, {1, 2}), Error);
  EXPECT_THROW(GaussianProcess({0}, {std::numeric_limits<double>::quiet_NaN()}), Error);
}

// Jones et al., equation 15, by hand: with mean = best the gain is the deviation over the square root of 2 pi.
TEST(ExpectedImprovement, HasItsKnownValues) {
  EXPECT_NEAR(expected_improvement({1, 2}, 1), 2 / std::sqrt(2 * std::numbers::pi), 1e-12);
  EXPECT_NEAR(expected_improvement({3, 0}, 1), 2, 1e-12);
  EXPECT_EQ(expected_improvement({0, 0}, 1), 0);
  // z = 1: 1 * 0.841344746 + 0.241970725.
  EXPECT_NEAR(expected_improvement({2, 1}, 1), 1.083315471, 1e-8);
}

}  // namespace
}  // namespace halftone

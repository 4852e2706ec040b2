#include "calibration/value_density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

namespace halftone {
namespace {

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

TEST(ValueDensity, IsEvenWhereEqualCountsHaveEqualGaps) {
  const std::vector<double> density = value_density({0, 0, {1'000'000, 0, 0, 1'000'000}});
  ASSERT_EQ(density.size(), 16U);
  for (const double share : density) EXPECT_NEAR(share, 1.0 / 16, 1e-12);
}

TEST(ValueDensity, SpreadsCountsMidwayToTheNext) {
  // The windows of many values reach two points to either side; the cells reach from 0 to 14 and from there to 28.
  const std::vector<double> density = value_density({0, 5, {300'000'000, 0, 0, 0, 0, 0, 700'000'000}});
  ASSERT_EQ(density.size(), 28U);
  EXPECT_NEAR(density[0], 0.3 / 14, 1e-9);
  EXPECT_NEAR(density[9], 0.3 / 14, 1e-9);
  EXPECT_NEAR(density[27], 0.6 / 14, 1e-9) << "no more than twice its neighbour";
}

TEST(ValueDensity, CutsWhatStandsOut) {
  Histogram histogram{0, 0, std::vector<std::uint64_t>(100, 1'000'000)};
  histogram.counts[50] = 1'000'000'000;
  const std::vector<double> density = value_density(histogram);
  const double of_other_bin = density[0];
  for (const double share : density) EXPECT_LE(share, 2.001 * of_other_bin);
}

TEST(ValueDensity, IsThatOfNormalValues) {
  for (const std::size_t count : {100'000, 1'000'000}) {
    std::mt19937 random(11);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) value = normal(random);
    StatisticsObserver observer;
    observer.observe(values);
    const Histogram& histogram = observer.statistics().histogram;
    const std::vector<double> density = value_density(histogram);
    EXPECT_NEAR(sum(density), 1, 0.01);
    const double width = std::ldexp(1.0, histogram.exponent) / kPointsOfBin;
    for (const double x : {-2.0, -1.0, -0.3, 0.0, 0.7, 1.5, 2.5}) {
      const auto point = static_cast<std::size_t>((x - std::ldexp(histogram.first, histogram.exponent)) / width);
      const double expected = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi) * width;
      EXPECT_NEAR(density[point], expected, 0.15 * expected) << x << " of " << count;
    }
  }
}

TEST(ValueDensity, OfOneBinIsAllOfIt) {
  const std::vector<double> density = value_density({0, 3, {7}});
  ASSERT_EQ(density.size(), 4U);
  for (const double share : density) EXPECT_DOUBLE_EQ(share, 0.25);
}

}  // namespace
}  // namespace halftone

#include "calibration/far_outliers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "calibration/bin_shapes.h"

namespace halftone {
namespace {

/// 1,000 values in the bins 0 to 3 and some beyond: one in 500 of them are two.
Histogram with_values_at(const std::vector<std::int64_t>& bins) {
  Histogram histogram{0, 0, {250, 250, 250, 250}};
  for (const std::int64_t bin : bins) {
    const auto place = static_cast<std::size_t>(bin);
    histogram.counts.resize(std::max(histogram.counts.size(), place + 1));
    ++histogram.counts[place];
  }
  return histogram;
}

TEST(FarOutliers, AreFewAndTwiceAsFarAsTheOthers) {
  EXPECT_EQ(reach_without_far_outliers(with_values_at({})), 4);
  EXPECT_EQ(reach_without_far_outliers(with_values_at({8, 8})), 4);
  EXPECT_EQ(reach_without_far_outliers(with_values_at({7, 7})), 8) << "7 is less than twice 4";
  EXPECT_EQ(reach_without_far_outliers(with_values_at({30, 30})), 15);
  EXPECT_EQ(reach_without_far_outliers(with_values_at({30, 30, 30})), 31) << "three are more than one in 500";
}

TEST(FarOutliers, MayLieAtSeveralDistances) {
  EXPECT_EQ(reach_without_far_outliers(with_values_at({8, 20})), 4);
  EXPECT_EQ(reach_without_far_outliers(with_values_at({6, 20})), 10) << "6 is near the others";
}

TEST(FarOutliers, AreNoneAmongFewValues) {
  EXPECT_EQ(reach_without_far_outliers({0, 0, {498, 0, 0, 0, 0, 0, 1}}), 7);
  EXPECT_EQ(reach_without_far_outliers({0, 0, {499, 0, 0, 0, 0, 0, 1}}), 3);
}

TEST(FarOutliers, AreNoneWhereAllValuesAreFarFromZero) {
  EXPECT_EQ(reach_without_far_outliers({-10, 1 << 23, {600, 1}}), (1 << 23) + 2);
}

TEST(FarOutliers, AreNoneInTheTailsOfNormalAndLaplacianValues) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::exponential_distribution<float> exponential;
    for (const bool heavy : {false, true}) {
      std::vector<float> values(20'000);
      for (float& value : values) value = heavy ? exponential(random) : std::abs(normal(random));
      StatisticsObserver observer;
      observer.observe(values);
      const Histogram& histogram = observer.statistics().histogram;
      EXPECT_EQ(without_far_outliers(histogram), histogram) << seed;
    }
  }
}

TEST(WithoutFarOutliers, LeavesTheOtherBinsOfBothSides) {
  Histogram histogram{-3, -40, std::vector<std::uint64_t>(80)};  // bins -40 … 39
  histogram.counts[0] = 1;
  histogram.counts[79] = 1;
  for (std::size_t place = 38; place < 43; ++place) histogram.counts[place] = 200;  // bins -2 … 2
  EXPECT_EQ(without_far_outliers(histogram), (Histogram{-3, -2, {200, 200, 200, 200, 200}}));
}

TEST(WithoutFarOutliers, DropsEmptyEndsAndMayLeaveNothing) {
  EXPECT_EQ(without_far_outliers({1, -2, {0, 5, 0, 6, 0}}), (Histogram{1, -1, {5, 0, 6}}));
  EXPECT_TRUE(without_far_outliers({1, 0, {0}}).counts.empty());
}

}  // namespace
}  // namespace halftone

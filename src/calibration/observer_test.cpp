#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "calibration/bin_grid.h"
#include "halftone/calibration.h"
#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInf = std::numeric_limits<float>::infinity();

TensorStatistics statistics_of(std::span<const float> values, bool with_histogram = true) {
  StatisticsObserver observer(with_histogram);
  observer.observe(values);
  return observer.statistics();
}

/// What statistics mean, value by value and in no hurry.
TensorStatistics reference(std::span<const float> values) {
  TensorStatistics statistics;
  std::vector<float> finite;
  for (const float value : values) {
    statistics.nan += std::isnan(value);
    statistics.inf += std::isinf(value);
    if (std::isfinite(value)) finite.push_back(value);
  }
  statistics.count = finite.size();
  if (finite.empty()) return statistics;
  const auto [min, max] = std::minmax_element(finite.begin(), finite.end());
  statistics.min = *min;
  statistics.max = *max;
  const BinGrid grid = bin_grid(*min, *max);
  statistics.histogram = {grid.exponent, grid.first, std::vector<std::uint64_t>(static_cast<std::size_t>(grid.size()))};
  for (const float value : finite) {
    const double bin = std::floor(std::ldexp(double{value}, -grid.exponent));
    ++statistics.histogram.counts.at(static_cast<std::size_t>(static_cast<std::int64_t>(bin) - grid.first));
  }
  return statistics;
}

/// Observes shuffled values in parts of random sizes by several observers and merges these in random order.
TensorStatistics partitioned(std::vector<float> values, std::mt19937& random) {
  std::shuffle(values.begin(), values.end(), random);
  std::vector<StatisticsObserver> observers(1 + random() % 4);
  for (std::size_t begin = 0; begin < values.size();) {
    const std::size_t size = std::min<std::size_t>(values.size() - begin, 1 + random() % values.size());
    observers[random() % observers.size()].observe({values.data() + begin, size});
    begin += size;
  }
  std::shuffle(observers.begin(), observers.end(), random);
  TensorStatistics merged;
  for (const StatisticsObserver& observer : observers) merged = merge(merged, observer.statistics());
  return merged;
}

std::vector<std::vector<float>> difficult_tensors() {
  std::mt19937 random(23);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> tensors{
      {0.0F},
      {-0.0F},
      {1e-45F},
      {-1e-45F},
      {FLT_MAX},
      {-FLT_MAX},
      {7.5F},
      {0.0F, -0.0F, 1e-45F, -1e-45F},
      {FLT_MAX, -FLT_MAX, 1e-45F, -1e-45F, 0},
      std::vector<float>(300, 0.0F),
      std::vector<float>(300, -3.25F),
      {kNan, kInf, -kInf, 1, 2},
      {kNan, kInf},
      {1e38F, 1e-38F, -1e38F, -1e-38F},
  };
  std::vector<float> every_magnitude;
  for (int exponent = -149; exponent < 128; ++exponent) {
    every_magnitude.push_back(std::ldexp(1.3F, exponent));
    every_magnitude.push_back(-std::ldexp(1.7F, exponent));
  }
  tensors.push_back(every_magnitude);
  for (const float scale : {1.0F, 1e-44F, 1e-38F, 3e37F}) {
    std::vector<float> values(400);
    for (float& value : values) value = scale * normal(random);
    tensors.push_back(values);
  }
  std::vector<float> with_outlier(400);
  for (float& value : with_outlier) value = normal(random);
  with_outlier[200] = 1e20F;
  tensors.push_back(with_outlier);
  return tensors;
}

TEST(StatisticsObserver, CountsByHand) {
  const TensorStatistics statistics =
      statistics_of(std::vector<float>{-1, 0, 0.25F, kNan, 0.9999F, kInf, -kInf, 0.25F});
  EXPECT_EQ(statistics.count, 5U);
  EXPECT_EQ(statistics.nan, 1U);
  EXPECT_EQ(statistics.inf, 2U);
  EXPECT_EQ(statistics.min, -1);
  EXPECT_EQ(statistics.max, 0.9999F);
  EXPECT_EQ(statistics.histogram.exponent, -12);
  EXPECT_EQ(statistics.histogram.first, -4096);
  ASSERT_EQ(statistics.histogram.counts.size(), 8192U);
  EXPECT_EQ(statistics.histogram.counts[0], 1U);
  EXPECT_EQ(statistics.histogram.counts[4096], 1U);
  EXPECT_EQ(statistics.histogram.counts[4096 + 1024], 2U);
  EXPECT_EQ(statistics.histogram.counts[8191], 1U);
}

TEST(StatisticsObserver, GivesWhatTheDefinitionSaysOnEveryInstructionSet) {
  on_every_instruction_set([] {
    for (const std::vector<float>& values : difficult_tensors()) {
      EXPECT_EQ(statistics_of(values), reference(values)) << values.size() << " values, first " << values[0];
    }
  });
}

TEST(StatisticsObserver, IsTheSameForAnyOrderPartitionAndMerge) {
  std::mt19937 random(29);
  for (const std::vector<float>& values : difficult_tensors()) {
    const TensorStatistics expected = statistics_of(values);
    for (int i = 0; i < 30; ++i) {
      const TensorStatistics actual = partitioned(values, random);
      EXPECT_EQ(actual, expected) << values.size() << " values, first " << values[0];
      EXPECT_EQ(std::signbit(actual.min), std::signbit(expected.min));
      EXPECT_EQ(std::signbit(actual.max), std::signbit(expected.max));
    }
  }
}

TEST(StatisticsObserver, IsTheSameForLargeTensorsWhoseRangeGrows) {
  std::mt19937 random(31);
  std::normal_distribution<float> normal;
  std::vector<float> values(150'000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = normal(random) * std::ldexp(1.0F, static_cast<int>(i / 10'000) - 5);
    if (i % 3 == 0) values[i] = std::max(values[i], 0.0F);
    if (i % 10'007 == 5) values[i] = i % 2 == 0 ? kNan : kInf;
  }
  const TensorStatistics expected = reference(values);
  on_every_instruction_set([&] { EXPECT_EQ(statistics_of(values), expected); });
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(statistics_of(values), expected);
  EXPECT_EQ(partitioned(values, random), expected);
}

TEST(StatisticsObserver, KeepsNoMoreThanTheBinsFromTheSmallestToTheLargestValue) {
  for (const std::vector<float>& values : difficult_tensors()) {
    const TensorStatistics statistics = statistics_of(values);
    if (statistics.count == 0) continue;
    const std::vector<std::uint64_t>& counts = statistics.histogram.counts;
    ASSERT_LE(counts.size(), 8192U);
    EXPECT_GT(counts.front(), 0U);
    EXPECT_GT(counts.back(), 0U);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), statistics.count);
  }
}

TEST(StatisticsObserver, KeepsOnlyExtremesAndCountsWhenAskedTo) {
  for (const std::vector<float>& values : difficult_tensors()) {
    TensorStatistics expected = reference(values);
    expected.histogram = {};
    EXPECT_EQ(statistics_of(values, false), expected);
  }
}

TEST(StatisticsObserver, OfNothingIsEmpty) {
  EXPECT_EQ(statistics_of({}), TensorStatistics{});
  StatisticsObserver observer;
  observer.observe({});
  observer.observe(std::vector<float>{2});
  EXPECT_EQ(observer.statistics(), statistics_of(std::vector<float>{2}));
}

}  // namespace
}  // namespace halftone

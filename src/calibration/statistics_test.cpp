#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "halftone/calibration.h"
#include "halftone/error.h"

namespace halftone {
namespace {

TensorStatistics statistics_of(const std::vector<float>& values, bool with_histogram = true) {
  StatisticsObserver observer(with_histogram);
  observer.observe(values);
  return observer.statistics();
}

TEST(Merge, AddsCountsAndWidensExtremes) {
  const TensorStatistics merged = merge(statistics_of({-1, 0.5F}, false), statistics_of({0.25F, 3}, false));
  EXPECT_EQ(merged.count, 4U);
  EXPECT_EQ(merged.min, -1);
  EXPECT_EQ(merged.max, 3);
  EXPECT_TRUE(merged.histogram.counts.empty());
}

TEST(Merge, IsWhatOneObserverOfBothWouldHaveSeen) {
  const TensorStatistics a = statistics_of({0.001F, 0.002F, 0.0015F});
  const TensorStatistics b = statistics_of({-500, 3, 0});
  const TensorStatistics both = statistics_of({0.001F, 0.002F, 0.0015F, -500, 3, 0});
  EXPECT_EQ(merge(a, b), both);
  EXPECT_EQ(merge(b, a), both);
}

TEST(Merge, WithStatisticsOfNoFiniteValuesKeepsTheOthers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const TensorStatistics a = statistics_of({1, 2, 3});
  EXPECT_EQ(merge(a, {}), a);
  EXPECT_EQ(merge({}, a), a);
  const TensorStatistics with_nan = merge(a, statistics_of({nan, nan}));
  EXPECT_EQ(with_nan.nan, 2U);
  EXPECT_EQ(with_nan.histogram, a.histogram);
  EXPECT_EQ(merge(statistics_of({nan}), statistics_of({nan})).nan, 2U);
}

TEST(Merge, RefusesAHistogramAndNone) {
  try {
    merge(statistics_of({1}, true), statistics_of({1}, false));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace halftone

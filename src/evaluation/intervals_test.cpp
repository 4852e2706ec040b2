#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "evaluation/expect_error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Published {
  std::uint64_t successes;
  std::uint64_t trials;
  double low;
  double high;
};

// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table
// I.
TEST(WilsonInterval, MatchesThePublishedValues) {
  for (const Published& row : {Published{81, 263, 0.2553, 0.3662}, Published{15, 148, 0.0624, 0.1605},
                               Published{0, 20, 0.0, 0.1611}, Published{1, 29, 0.0061, 0.1718}}) {
    const Estimate estimate = wilson_interval(row.successes, row.trials, 0.95);
    EXPECT_NEAR(estimate.low, row.low, 5e-5) << row.successes;
    EXPECT_NEAR(estimate.high, row.high, 5e-5) << row.successes;
    EXPECT_DOUBLE_EQ(estimate.value, static_cast<double>(row.successes) / static_cast<double>(row.trials));
  }
}

TEST(WilsonInterval, IsMirroredWhenRightAndWrongAreSwapped) {
  const Estimate right = wilson_interval(7, 50, 0.9);
  const Estimate wrong = wilson_interval(43, 50, 0.9);
  EXPECT_NEAR(right.low, 1 - wrong.high, 1e-15);
  EXPECT_NEAR(right.high, 1 - wrong.low, 1e-15);
}

TEST(WilsonInterval, EndsExactlyAtZeroAndOne) {
  EXPECT_EQ(wilson_interval(0, 7, 0.95).low, 0);
  EXPECT_EQ(wilson_interval(7, 7, 0.95).high, 1);
  const Estimate one = wilson_interval(1, 1, 0.95);
  EXPECT_NEAR(one.low, 0.2065, 5e-5);  // 1 / (1 + z²)
  EXPECT_EQ(one.high, 1);
}

TEST(WilsonInterval, WidensWithConfidence) {
  const Estimate narrow = wilson_interval(30, 100, 0.9);
  const Estimate wide = wilson_interval(30, 100, 0.99);
  EXPECT_LT(wide.low, narrow.low);
  EXPECT_GT(wide.high, narrow.high);
}

TEST(WilsonInterval, RefusesWhatIsNoProportion) {
  expect_error(ErrorCode::invalid_data, "no trials", [] { wilson_interval(0, 0, 0.95); });
  expect_error(ErrorCode::invalid_argument, "5 successes in 4 trials", [] { wilson_interval(5, 4, 0.95); });
  expect_error(ErrorCode::invalid_argument, "confidence 95", [] { wilson_interval(1, 4, 95); });
}

TEST(MeanInterval, MatchesAHandComputedCase) {
  // Mean 5, standard deviation sqrt(32/7); t(0.025, 7) = 2.3646242515928.
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  const double half = 2.3646242515928 * std::sqrt(32.0 / 7.0) / std::sqrt(8.0);
  const Estimate estimate = mean_interval(values, 0.95);
  EXPECT_DOUBLE_EQ(estimate.value, 5);
  EXPECT_NEAR(estimate.low, 5 - half, 1e-9);
  EXPECT_NEAR(estimate.high, 5 + half, 1e-9);
}

TEST(MeanInterval, OfEqualValuesIsThatValue) {
  EXPECT_EQ(mean_interval(std::vector<double>{0.5, 0.5, 0.5}, 0.95), (Estimate{0.5, 0.5, 0.5}));
}

TEST(MeanInterval, OfOneValueIsUnbounded) {
  EXPECT_EQ(mean_interval(std::vector<double>{3}, 0.95), (Estimate{3, -kInfinity, kInfinity}));
}

TEST(MeanInterval, RefusesNoValuesAndValuesThatAreNotFinite) {
  expect_error(ErrorCode::invalid_data, "no values", [] { mean_interval({}, 0.95); });
  expect_error(ErrorCode::invalid_data, "not all finite", [] {
    mean_interval(std::vector<double>{1, std::nan("")}, 0.95);
  });
  expect_error(ErrorCode::invalid_data, "not all finite", [] { mean_interval(std::vector<double>{kInfinity}, 0.95); });
}

}  // namespace
}  // namespace halftone

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "evaluation/expect_error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// M. W. Fagerland, S. Lydersen, P. Laake, Statistical Analysis of Contingency Tables (2017), chapter 8: airway
// hyper-responsiveness (Bentur et al. 2009) and complete response (Cavo et al. 2012), Tango's asymptotic score
// interval.
TEST(PairedProportionInterval, MatchesThePublishedValues) {
  const Estimate airway = paired_proportion_interval(7, 1, 21, 0.95);
  EXPECT_NEAR(airway.value, -0.286, 5e-4);
  EXPECT_NEAR(airway.low, -0.517, 5e-4);
  EXPECT_NEAR(airway.high, -0.026, 5e-4);
  const Estimate response = paired_proportion_interval(16, 6, 161, 0.95);
  EXPECT_NEAR(response.value, -0.0621, 5e-5);
  EXPECT_NEAR(response.low, -0.1240, 5e-5);
  EXPECT_NEAR(response.high, -0.0054, 5e-5);
}

struct Reference {
  std::uint64_t lost;
  std::uint64_t gained;
  std::uint64_t trials;
  double confidence;
  double low;
  double high;
};

// Computed with 50 digits from the likelihood itself, not from the closed form of its maximum.
TEST(PairedProportionInterval, MatchesLimitsFoundFromTheLikelihood) {
  for (const Reference& row : {
           Reference{7, 1, 21, 0.95, -0.51723227642138, -0.026003032480869},
           Reference{16, 6, 161, 0.95, -0.12402343246407, -0.0054333957316771},
           Reference{40, 20, 160, 0.95, -0.21806424416682, -0.030864533133087},
           Reference{3, 9, 1000, 0.95, -0.00093206318308019, 0.014376329672575},
           Reference{12, 4, 44, 0.9, -0.32545599433504, -0.034454301915833},
           Reference{120, 95, 10000, 0.99, -0.0063660915880614, 0.0012961766824405},
           Reference{0, 0, 10, 0.95, -0.27753279986289, 0.27753279986289},
           Reference{5, 0, 5, 0.95, -1, -0.13103507043365},
           Reference{0, 30, 30, 0.95, 0.77297321365206, 1},
           Reference{1, 0, 1, 0.95, -1, 0.58690137124553},
       }) {
    const Estimate estimate = paired_proportion_interval(row.lost, row.gained, row.trials, row.confidence);
    EXPECT_NEAR(estimate.low, row.low, 1e-12) << row.lost << " " << row.gained;
    EXPECT_NEAR(estimate.high, row.high, 1e-12) << row.lost << " " << row.gained;
  }
}

TEST(PairedProportionInterval, IsMirroredWhenTheModelsAreSwapped) {
  for (std::uint64_t lost = 0; lost <= 12; ++lost) {
    for (std::uint64_t gained = 0; lost + gained <= 12; ++gained) {
      const Estimate there = paired_proportion_interval(lost, gained, 12, 0.95);
      const Estimate back = paired_proportion_interval(gained, lost, 12, 0.95);
      EXPECT_EQ(there.low, -back.high);
      EXPECT_EQ(there.high, -back.low);
      EXPECT_LE(-1, there.low);
      EXPECT_LE(there.low, there.value);
      EXPECT_LE(there.value, there.high);
      EXPECT_LE(there.high, 1);
      EXPECT_GT(there.high - there.low, 0.1);
    }
  }
}

TEST(PairedProportionInterval, OfModelsThatNeverDisagreeNarrowsWithTheSamples) {
  const double z_squared = 3.8414588206941254;  // the score equation is n d = z² (1 - d)
  for (const std::uint64_t trials : {1U, 10U, 1000U, 1000000U}) {
    const Estimate estimate = paired_proportion_interval(0, 0, trials, 0.95);
    EXPECT_EQ(estimate.value, 0);
    EXPECT_NEAR(estimate.high, z_squared / (static_cast<double>(trials) + z_squared), 1e-12);
  }
}

TEST(PairedProportionInterval, CoversTheTruthAsOftenAsItSays) {
  constexpr int kDraws = 2000;
  constexpr int kSamples = 200;
  constexpr double kLost = 0.05;
  constexpr double kGained = 0.03;
  std::mt19937_64 random(20240607);
  int covered = 0;
  double width = 0;
  double wald_width = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::uint64_t lost = 0;
    std::uint64_t gained = 0;
    for (int sample = 0; sample < kSamples; ++sample) {
      const double u = static_cast<double>(random() >> 11) * 0x1p-53;
      lost += u < kLost;
      gained += u >= kLost && u < kLost + kGained;
    }
    const Estimate estimate = paired_proportion_interval(lost, gained, kSamples, 0.95);
    covered += estimate.low <= kGained - kLost && kGained - kLost <= estimate.high;
    width += estimate.high - estimate.low;
    const double flips = static_cast<double>(lost + gained) / kSamples;
    wald_width += 2 * 1.959964 * std::sqrt((flips - estimate.value * estimate.value) / kSamples);
  }
  EXPECT_GE(covered, 0.93 * kDraws);
  EXPECT_LE(covered, 0.97 * kDraws);
  EXPECT_LE(width, 1.2 * wald_width);
}

TEST(PairedProportionInterval, RefusesCountsThatDoNotFit) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  expect_error(ErrorCode::invalid_data, "no trials", [] { paired_proportion_interval(0, 0, 0, 0.95); });
  expect_error(ErrorCode::invalid_argument, "3 lost and 3 gained of 5",
               [] { paired_proportion_interval(3, 3, 5, 0.95); });
  expect_error(ErrorCode::invalid_argument, "gained of 5", [] { paired_proportion_interval(2, kMost, 5, 0.95); });
  expect_error(ErrorCode::invalid_argument, "confidence 1 ", [] { paired_proportion_interval(1, 1, 5, 1); });
}

TEST(PairedRatioInterval, TakesTheOrderStatisticsOfTheSignTest) {
  // Ratios 1, 2, …, 10 in some order: ranks 2 and 9 bound the median at 0.95 (21.5 of 1024 chances lie outside).
  const std::vector<double> numerator{6, 20, 3, 8, 10, 2, 14, 18, 5, 27};
  const std::vector<double> denominator{2, 2, 3, 2, 2, 1, 2, 2, 0.625, 4.5};
  const Estimate estimate = paired_ratio_interval(numerator, denominator, 0.95);
  EXPECT_NEAR(estimate.value, std::sqrt(5.0 * 6.0), 1e-14);
  EXPECT_EQ(estimate.low, 2);
  EXPECT_EQ(estimate.high, 9);
}

TEST(PairedRatioInterval, OfAnOddNumberHasTheMiddleOne) {
  const std::vector<double> ones(7, 1.0);
  EXPECT_EQ(paired_ratio_interval(std::vector<double>{7, 1, 3, 6, 2, 5, 4}, ones, 0.95), (Estimate{4, 1, 7}));
}

TEST(PairedRatioInterval, GivesTheReciprocalsWhenTheSidesAreSwapped) {
  std::mt19937_64 random(5);
  std::vector<double> a(40);
  std::vector<double> b(40);
  std::generate(a.begin(), a.end(), [&] { return 1 + static_cast<double>(random() % 1000); });
  std::generate(b.begin(), b.end(), [&] { return 1 + static_cast<double>(random() % 1000); });
  const Estimate there = paired_ratio_interval(a, b, 0.95);
  const Estimate back = paired_ratio_interval(b, a, 0.95);
  EXPECT_NEAR(there.value * back.value, 1, 1e-14);
  EXPECT_NEAR(there.low * back.high, 1, 1e-14);
  EXPECT_NEAR(there.high * back.low, 1, 1e-14);
}

TEST(PairedRatioInterval, OfTooFewPairsIsUnbounded) {
  const std::vector<double> values{1, 2, 3, 4, 5};
  const std::vector<double> ones(5, 1.0);
  EXPECT_EQ(paired_ratio_interval(values, ones, 0.95), (Estimate{3, 0, kInfinity}));
  EXPECT_EQ(paired_ratio_interval(values, ones, 0.9), (Estimate{3, 1, 5}));
}

TEST(PairedRatioInterval, RefusesWhatHasNoRatio) {
  const auto of = [](std::vector<double> a, std::vector<double> b) {
    return [a, b] { paired_ratio_interval(a, b, 0.95); };
  };
  expect_error(ErrorCode::invalid_argument, "of 2 and 1 values", of({1, 2}, {1}));
  expect_error(ErrorCode::invalid_data, "no measurements", of({}, {}));
  expect_error(ErrorCode::invalid_data, "pair 1 ", of({1, 2}, {1, 0}));
  expect_error(ErrorCode::invalid_data, "pair 0 ", of({std::nan(""), 2}, {1, 1}));
  expect_error(ErrorCode::invalid_data, "pair 0 ", of({-1, 2}, {1, 1}));
  expect_error(ErrorCode::invalid_data, "pair 1 ", of({1, kInfinity}, {1, 1}));
}

}  // namespace
}  // namespace halftone

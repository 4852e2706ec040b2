#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "evaluation/expect_error.h"
#include "halftone/certainty.h"

namespace halftone {
namespace {

constexpr Bounds kDifferences{-1, 1};
constexpr int kStakes = 16;

double stake(int bet) { return 0.95 * std::pow(2.0, -bet / 2.0); }

double share(int bet) {
  double sum = 0;
  for (int b = 0; b < kStakes; ++b) sum += 1.0 / (b + 3);
  return 1 / (sum * (bet + 3));
}

ConfidenceSequence sequence_of(const std::vector<double>& values, Bounds bounds = kDifferences,
                               double confidence = 0.95) {
  ConfidenceSequence sequence(bounds, confidence);
  for (const double value : values) sequence.add(value);
  return sequence;
}

/// What gamblers have who bet value by value that the mean of values in [-1, 1] is more than `mean`.
double capital_above(const std::vector<double>& values, double mean) {
  double total = 0;
  for (int bet = 0; bet < kStakes; ++bet) {
    double capital = share(bet);
    for (const double value : values) capital *= 1 + stake(bet) / (mean + 1) * (value - mean);
    total += capital;
  }
  return total;
}

/// Reproducible paired differences: -1 with probability `lost`, 1 with `gained`, else 0.
class Differences {
 public:
  Differences(double lost, double gained, std::uint64_t seed) : lost_(lost), gained_(gained), random_(seed) {}
  double next() {
    const double u = static_cast<double>(random_() >> 11) * 0x1p-53;
    if (u < lost_) return -1;
    return u < lost_ + gained_ ? 1 : 0;
  }
  std::vector<double> take(int count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    std::generate(values.begin(), values.end(), [this] { return next(); });
    return values;
  }

 private:
  double lost_;
  double gained_;
  std::mt19937_64 random_;
};

// One gain: the capital is 1 + s (1 - m) / (1 + m) with s the mean stake, and has to reach 2 / 0.05.
TEST(ConfidenceSequence, OfOneValueIsWhatOneComputesByHand) {
  double mean_stake = 0;
  for (int bet = 0; bet < kStakes; ++bet) mean_stake += stake(bet) * share(bet);
  const double end = (mean_stake - 39) / (mean_stake + 39);
  const Estimate gained = sequence_of({1}).interval();
  EXPECT_EQ(gained.value, 1);
  EXPECT_NEAR(gained.low, end, 1e-12);
  EXPECT_EQ(gained.high, 1);
  const Estimate lost = sequence_of({-1}).interval();
  EXPECT_NEAR(lost.high, -end, 1e-12);
  EXPECT_EQ(lost.low, -1);
}

TEST(ConfidenceSequence, ExcludesWhatMakesAGamblerRich) {
  std::vector<double> values = Differences(0.1, 0.2, 7).take(500);
  const Estimate interval = sequence_of(values).interval();
  EXPECT_NEAR(capital_above(values, interval.low), 40, 1e-6);
  for (double& value : values) value = -value;
  EXPECT_NEAR(capital_above(values, -interval.high), 40, 1e-6);
}

TEST(ConfidenceSequence, IsTheSameForAnyOrderOfTheValues) {
  std::mt19937_64 random(3);
  std::vector<double> values(200);
  std::generate(values.begin(), values.end(), [&] { return static_cast<double>(random() >> 11) * 0x1p-53; });
  const Estimate there = sequence_of(values).interval();
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(sequence_of(values).interval(), there);
}

TEST(ConfidenceSequence, TakesManyEqualValuesAtOnce) {
  ConfidenceSequence at_once(kDifferences, 0.95);
  at_once.add(0, 998);
  at_once.add(-1, 2);
  at_once.add(1, 0);
  std::vector<double> values(1000, 0);
  values[0] = values[500] = -1;
  EXPECT_EQ(at_once.interval(), sequence_of(values).interval());
  EXPECT_EQ(at_once.samples(), 1000U);
}

TEST(ConfidenceSequence, IsMirroredWhenTheModelsAreSwapped) {
  std::vector<double> values = Differences(0.05, 0.15, 9).take(300);
  const Estimate there = sequence_of(values).interval();
  for (double& value : values) value = -value;
  const Estimate back = sequence_of(values).interval();
  EXPECT_NEAR(there.low, -back.high, 1e-14);
  EXPECT_NEAR(there.high, -back.low, 1e-14);
}

TEST(ConfidenceSequence, FollowsTheUnitOfTheValues) {
  const std::vector<double> values = Differences(0.05, 0.15, 9).take(300);
  std::vector<double> scaled;
  for (const double value : values) scaled.push_back(20 + 10 * value);
  const Estimate unit = sequence_of(values).interval();
  const Estimate tens = sequence_of(scaled, {10, 30}).interval();
  EXPECT_NEAR(tens.low, 20 + 10 * unit.low, 1e-10);
  EXPECT_NEAR(tens.high, 20 + 10 * unit.high, 1e-10);
}

TEST(ConfidenceSequence, HoldsItsMeanAndNarrows) {
  for (const double value : {-1.0, 0.0, 1.0, 0.25}) {
    double width = 2;
    for (const std::uint64_t times : {1U, 10U, 100U, 1000U, 100000U}) {
      ConfidenceSequence sequence(kDifferences, 0.95);
      sequence.add(value, times);
      const Estimate interval = sequence.interval();
      EXPECT_LE(-1, interval.low);
      EXPECT_LE(interval.low, interval.value);
      EXPECT_LE(interval.value, interval.high);
      EXPECT_LE(interval.high, 1);
      EXPECT_LT(interval.high - interval.low, width);
      width = interval.high - interval.low;
    }
    EXPECT_LT(width, 0.01);
  }
}

TEST(ConfidenceSequence, AnswersWithoutComputingTheInterval) {
  const ConfidenceSequence sequence = sequence_of(Differences(0.05, 0.15, 9).take(300));
  const Estimate interval = sequence.interval();
  constexpr double kHair = 1e-9;
  EXPECT_TRUE(sequence.is_at_least(interval.low - kHair));
  EXPECT_FALSE(sequence.is_at_least(interval.low + kHair));
  EXPECT_TRUE(sequence.is_at_most(interval.high + kHair));
  EXPECT_FALSE(sequence.is_at_most(interval.high - kHair));
}

TEST(ConfidenceSequence, KnowsItsBoundsBeforeAnyValue) {
  const ConfidenceSequence sequence(kDifferences, 0.95);
  EXPECT_TRUE(sequence.is_at_least(-1));
  EXPECT_TRUE(sequence.is_at_most(1));
  EXPECT_TRUE(sequence.is_at_least(-7));
  for (const double mean : {-0.99, 0.0, 0.99}) {
    EXPECT_FALSE(sequence.is_at_least(mean));
    EXPECT_FALSE(sequence.is_at_most(mean));
  }
  EXPECT_FALSE(sequence.is_at_least(1));
  EXPECT_FALSE(sequence.is_at_least(std::nan("")));
  EXPECT_FALSE(sequence.is_at_most(std::nan("")));
}

// The promise that a fixed interval does not keep: at no time in a whole run does the interval miss.
TEST(ConfidenceSequence, CoversAtAllTimesAtOnce) {
  constexpr int kRuns = 300;
  constexpr int kLooks = 40;
  constexpr int kChunk = 25;
  constexpr double kTruth = -0.04;
  int missed = 0;
  int fixed_missed = 0;
  Differences differences(0.07, 0.03, 20240609);
  for (int run = 0; run < kRuns; ++run) {
    ConfidenceSequence sequence(kDifferences, 0.95);
    std::uint64_t lost = 0;
    std::uint64_t gained = 0;
    bool miss = false;
    bool fixed_miss = false;
    for (int look = 0; look < kLooks; ++look) {
      for (const double value : differences.take(kChunk)) {
        sequence.add(value);
        lost += value < 0 ? 1 : 0;
        gained += value > 0 ? 1 : 0;
      }
      miss = miss || sequence.is_at_least(kTruth) || sequence.is_at_most(kTruth);
      const Estimate fixed = paired_proportion_interval(lost, gained, sequence.samples(), 0.95);
      fixed_miss = fixed_miss || fixed.low > kTruth || fixed.high < kTruth;
    }
    missed += miss ? 1 : 0;
    fixed_missed += fixed_miss ? 1 : 0;
  }
  EXPECT_LE(missed, 0.05 * kRuns);
  EXPECT_GE(fixed_missed, 0.1 * kRuns);
}

TEST(ConfidenceSequence, IsAtMostTwiceAsWideAsTheIntervalForAFixedNumber) {
  for (const int count : {500, 1000, 5000}) {
    const std::vector<double> values = Differences(0.06, 0.04, 5).take(count);
    const auto lost = static_cast<std::uint64_t>(std::count(values.begin(), values.end(), -1));
    const auto gained = static_cast<std::uint64_t>(std::count(values.begin(), values.end(), 1));
    const Estimate fixed = paired_proportion_interval(lost, gained, values.size(), 0.95);
    const Estimate interval = sequence_of(values).interval();
    EXPECT_LT(interval.high - interval.low, 2 * (fixed.high - fixed.low)) << count;
    EXPECT_LT(interval.low, fixed.low);
    EXPECT_GT(interval.high, fixed.high);
  }
}

TEST(ConfidenceSequence, RefusesWhatItCannotBound) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  expect_error(ErrorCode::invalid_argument, "finite bounds", [] { ConfidenceSequence({1, 1}, 0.95); });
  expect_error(ErrorCode::invalid_argument, "finite bounds", [] { ConfidenceSequence({0, kInfinity}, 0.95); });
  expect_error(ErrorCode::invalid_argument, "finite bounds", [] { ConfidenceSequence({std::nan(""), 1}, 0.95); });
  for (const double confidence : {0.0, 1.0, -1.0, std::nan("")}) {
    expect_error(ErrorCode::invalid_argument, "not between 0 and 1",
                 [&] { ConfidenceSequence(kDifferences, confidence); });
  }
  ConfidenceSequence sequence(kDifferences, 0.95);
  expect_error(ErrorCode::invalid_data, "no values", [&] { sequence.interval(); });
  for (const double value : {1.5, -2.0, kInfinity, std::nan("")})
    expect_error(ErrorCode::invalid_data, "between the bounds", [&] { sequence.add(value); });
  EXPECT_EQ(sequence.samples(), 0U);
}

TEST(ScoreBounds, AreThoseOfTheMetric) {
  EXPECT_EQ(score_bounds(*make_metric("top1")), (Bounds{0, 1}));
  EXPECT_EQ(difference_bounds(*make_metric("agreement")), (Bounds{-1, 1}));
  EXPECT_EQ(difference_bounds(*make_metric("cosine")), (Bounds{-2, 2}));
  EXPECT_FALSE(score_bounds(*make_metric("mse")));
  EXPECT_FALSE(difference_bounds(*make_metric("sqnr")));
}

TEST(ConfidenceForTrial, SpendsTheErrorOnAnyNumberOfTrials) {
  EXPECT_NEAR(1 - confidence_for_trial(0.95, 1), 0.05 * 6 / (std::numbers::pi * std::numbers::pi), 1e-12);
  EXPECT_NEAR(1 - confidence_for_trial(0.95, 2), 0.05 * 6 / (std::numbers::pi * std::numbers::pi) / 4, 1e-12);
  double spent = 0;
  for (std::uint64_t k = 1; k <= 10000; ++k) spent += 1 - confidence_for_trial(0.95, k);
  EXPECT_LE(spent, 0.05);
  EXPECT_GT(spent, 0.0499);
}

TEST(ConfidenceForTrial, IsAlwaysOneThatCanBeUsed) {
  const double last = confidence_for_trial(0.95, std::numeric_limits<std::uint64_t>::max());
  EXPECT_LT(last, 1);
  EXPECT_NO_THROW(ConfidenceSequence(kDifferences, last));
}

TEST(ConfidenceForEach, DividesTheErrorInEqualShares) {
  EXPECT_DOUBLE_EQ(confidence_for_each(0.95, 1), 0.95);
  EXPECT_DOUBLE_EQ(confidence_for_each(0.95, 10), 0.995);
  expect_error(ErrorCode::invalid_argument, "no trials", [] { confidence_for_each(0.95, 0); });
  expect_error(ErrorCode::invalid_argument, "count from 1", [] { confidence_for_trial(0.95, 0); });
  expect_error(ErrorCode::invalid_argument, "confidence 2 ", [] { confidence_for_trial(2, 1); });
}

}  // namespace
}  // namespace halftone

#include "evaluation/gate.h"

#include <gtest/gtest.h>

#include <limits>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr MaxDrop kHalfPoint{0.005, false};

TEST(Gate, PassesALossOfExactlyWhatIsTolerated) {
  const double delta = 0.755 - 0.76;  // -0.00500000000000000444
  ASSERT_LT(delta, -0.005);
  EXPECT_EQ(judge_drop(0.76, {delta, -1, 1}, true, kHalfPoint, Decide::estimate, 100).verdict, Verdict::met);
}

TEST(Gate, FailsALossBeyondWhatIsTolerated) {
  const GateOutcome outcome = judge_drop(0.76, {-0.006, -0.02, 0.01}, true, kHalfPoint, Decide::estimate, 100);
  EXPECT_EQ(outcome.verdict, Verdict::not_met);
  EXPECT_DOUBLE_EQ(outcome.limit, 0.755);
  EXPECT_FALSE(outcome.samples_needed);
}

TEST(Gate, TakesARelativeLossOfTheBaseline) {
  const MaxDrop one_percent{0.01, true};
  EXPECT_EQ(judge_drop(0.5, {-0.004, 0, 0}, true, one_percent, Decide::estimate, 10).verdict, Verdict::met);
  EXPECT_EQ(judge_drop(0.5, {-0.006, 0, 0}, true, one_percent, Decide::estimate, 10).verdict, Verdict::not_met);
}

TEST(Gate, IsConfidentOnlyWhenTheWholeIntervalIsOnOneSide) {
  const auto verdict = [](double low, double high) {
    return judge_drop(0.76, {(low + high) / 2, low, high}, true, kHalfPoint, Decide::confident, 100).verdict;
  };
  EXPECT_EQ(verdict(-0.004, 0.001), Verdict::met);
  EXPECT_EQ(verdict(-0.02, -0.006), Verdict::not_met);
  EXPECT_EQ(verdict(-0.02, 0.01), Verdict::undecided);
}

TEST(Gate, TellsHowManySamplesWouldDecide) {
  // 0.004 above the limit and an interval that reaches 0.016 down: a quarter of the width needs 16 times the samples.
  const GateOutcome outcome = judge_drop(0.76, {-0.001, -0.017, 0.015}, true, kHalfPoint, Decide::confident, 100);
  EXPECT_EQ(outcome.verdict, Verdict::undecided);
  ASSERT_TRUE(outcome.samples_needed);
  EXPECT_NEAR(static_cast<double>(*outcome.samples_needed), 1'600, 1);
}

TEST(Gate, NoNumberOfSamplesDecidesADifferenceOnTheLimit) {
  const GateOutcome outcome = judge_drop(0.76, {-0.005, -0.02, 0.01}, true, kHalfPoint, Decide::confident, 100);
  EXPECT_EQ(outcome.verdict, Verdict::undecided);
  EXPECT_FALSE(outcome.samples_needed);
}

TEST(Gate, TurnsRoundWhereLowerIsBetter) {
  const MaxDrop tenth{0.1, false};
  EXPECT_EQ(judge_drop(1.0, {0.05, 0.01, 0.09}, false, tenth, Decide::confident, 10).verdict, Verdict::met);
  EXPECT_EQ(judge_drop(1.0, {0.2, 0.15, 0.25}, false, tenth, Decide::confident, 10).verdict, Verdict::not_met);
  EXPECT_EQ(judge_drop(1.0, {0.2, 0.05, 0.35}, false, tenth, Decide::confident, 10).verdict, Verdict::undecided);
}

TEST(Gate, CannotDecideWhatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(judge_drop(0.76, {nan, nan, nan}, true, kHalfPoint, Decide::estimate, 10).verdict, Verdict::undecided);
}

TEST(Gate, JudgesSpeedByTheRatio) {
  EXPECT_EQ(judge_speedup({1.6, 1.4, 1.8}, 1.5, Decide::estimate), Verdict::met);
  EXPECT_EQ(judge_speedup({1.6, 1.4, 1.8}, 1.5, Decide::confident), Verdict::undecided);
  EXPECT_EQ(judge_speedup({1.3, 1.2, 1.4}, 1.5, Decide::confident), Verdict::not_met);
  EXPECT_EQ(judge_speedup({1.7, 1.6, 1.8}, 1.5, Decide::confident), Verdict::met);
}

TEST(Gate, OfTwoIsAsGoodAsTheWorse) {
  EXPECT_EQ(both(Verdict::met, Verdict::met), Verdict::met);
  EXPECT_EQ(both(Verdict::met, Verdict::undecided), Verdict::undecided);
  EXPECT_EQ(both(Verdict::undecided, Verdict::not_met), Verdict::not_met);
}

TEST(Gate, RefusesAnUnknownWayToDecide) { EXPECT_THROW(parse_decide("sure"), Error); }

}  // namespace
}  // namespace halftone

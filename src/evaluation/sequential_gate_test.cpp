#include "evaluation/sequential_gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "evaluation/expect_error.h"

namespace halftone {
namespace {

using Scores = std::vector<double>;

constexpr DropCriterion kConfident{{0.01, false}, Decide::confident, 0.95};
constexpr DropCriterion kEstimate{{0.01, false}, Decide::estimate, 0.95};
const EarlyStopping kNever{false, "as the test wants it"};

/// A metric whose scores have no bounds, where lower is better.
class Distance : public MeanMetric {
 public:
  std::string name() const override { return "distance"; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return false; }
  bool is_binary() const override { return false; }
  double score(const MetricSample&) const override { return 0; }
};

/// Right or wrong, told as an error: lower is better.
class Failures : public Distance {
 public:
  std::string name() const override { return "failures"; }
  bool is_binary() const override { return true; }
};

class SequentialGateTest : public testing::Test {
 protected:
  SequentialGate gate(const Scores& baseline, const DropCriterion& criterion, const EarlyStopping& early = {}) const {
    return {*top1_, baseline, criterion, early};
  }
  std::unique_ptr<Metric> top1_ = make_metric("top1");
};

/// The number of the sample after which a verdict came, shown one by one; 0: none.
std::size_t decided_after(SequentialGate& gate, const Scores& candidate) {
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    if (gate.show({&candidate[i], 1})) return i + 1;
  }
  return 0;
}

TEST_F(SequentialGateTest, EndsAHopelessTrialEarly) {
  const Scores baseline(5000, 1);
  SequentialGate failing = gate(baseline, kConfident);
  EXPECT_EQ(failing.show(Scores(64, 0)), Verdict::not_met);
  const SequentialOutcome outcome = failing.outcome();
  EXPECT_EQ(outcome.gate.verdict, Verdict::not_met);
  EXPECT_TRUE(outcome.stopped_early);
  EXPECT_EQ(outcome.interval, IntervalKind::sequence);
  EXPECT_EQ(outcome.samples, 64U);
  EXPECT_EQ(outcome.delta.value, -1);
  EXPECT_LT(outcome.delta.high, -0.01);
  EXPECT_NEAR(outcome.confidence, 0.99, 1e-12);
}

TEST_F(SequentialGateTest, EndsAClearSuccessEarly) {
  const Scores baseline(5000, 1);
  SequentialGate passing = gate(baseline, kConfident);
  const std::size_t after = decided_after(passing, baseline);
  EXPECT_GT(after, 400U);  // a loss of one in a hundred shows in hundreds
  EXPECT_LT(after, 1600U);
  const SequentialOutcome outcome = passing.outcome();
  EXPECT_EQ(outcome.gate.verdict, Verdict::met);
  EXPECT_EQ(outcome.delta.value, 0);
  EXPECT_GE(outcome.delta.low, -0.01);
}

TEST_F(SequentialGateTest, StopsEarlierWhereTheEstimateDecides) {
  const Scores baseline(5000, 1);
  SequentialGate confident = gate(baseline, kConfident);
  SequentialGate estimate = gate(baseline, kEstimate);
  EXPECT_GT(decided_after(confident, baseline), decided_after(estimate, baseline));
}

TEST_F(SequentialGateTest, LetsTheFixedIntervalDecideWhenAllSamplesAreThere) {
  const Scores baseline{1, 1, 1, 0, 1, 1};
  const Scores candidate{1, 1, 0, 0, 1, 1};
  SequentialGate confident = gate(baseline, kConfident);
  EXPECT_EQ(decided_after(confident, candidate), 0U);
  const SequentialOutcome outcome = confident.outcome();
  EXPECT_EQ(outcome.interval, IntervalKind::fixed);
  EXPECT_FALSE(outcome.stopped_early);
  EXPECT_EQ(outcome.gate.verdict, Verdict::undecided);
  EXPECT_NEAR(outcome.confidence, 0.96, 1e-12);
  EXPECT_EQ(outcome.delta, paired_proportion_interval(1, 0, 6, outcome.confidence));
  SequentialGate estimate = gate(baseline, kEstimate);
  estimate.show(candidate);
  EXPECT_EQ(estimate.outcome().gate.verdict, Verdict::not_met);
}

TEST_F(SequentialGateTest, TellsHowManySamplesWouldDecide) {
  const Scores baseline(100, 1);
  SequentialGate undecided = gate(baseline, kConfident);
  undecided.show(baseline);
  const SequentialOutcome outcome = undecided.outcome();
  EXPECT_EQ(outcome.gate.verdict, Verdict::undecided);
  ASSERT_TRUE(outcome.gate.samples_needed);
  EXPECT_GT(*outcome.gate.samples_needed, 100U);
}

TEST_F(SequentialGateTest, KeepsAllOfTheConfidenceWhereNobodyLooks) {
  const Scores baseline(300, 1);
  SequentialGate whole = gate(baseline, kConfident, kNever);
  EXPECT_EQ(decided_after(whole, Scores(300, 0)), 0U);
  const SequentialOutcome outcome = whole.outcome();
  EXPECT_EQ(outcome.confidence, 0.95);
  EXPECT_EQ(outcome.delta, paired_proportion_interval(300, 0, 300, 0.95));
  EXPECT_EQ(outcome.gate.verdict, Verdict::not_met);
  EXPECT_EQ(whole.early_stopping().reason, "as the test wants it");
}

TEST_F(SequentialGateTest, ReportsTheSequenceWhereTheTrialWasBrokenOff) {
  const Scores baseline(1000, 1);
  SequentialGate broken = gate(baseline, kConfident);
  EXPECT_FALSE(broken.show(Scores(20, 1)));
  const SequentialOutcome outcome = broken.outcome();
  EXPECT_EQ(outcome.interval, IntervalKind::sequence);
  EXPECT_FALSE(outcome.stopped_early);
  EXPECT_EQ(outcome.gate.verdict, Verdict::undecided);
}

TEST_F(SequentialGateTest, TakesARelativeLossOfTheBaselinesValue) {
  Scores baseline(400, 0);
  std::fill_n(baseline.begin(), 100, 1);  // 25 %
  SequentialGate relative = gate(baseline, {{0.1, true}, Decide::estimate, 0.95}, kNever);
  relative.show(baseline);
  EXPECT_DOUBLE_EQ(relative.outcome().gate.limit, 0.225);
}

TEST(SequentialGate, TurnsRoundWhereLowerIsBetter) {
  const Failures metric;
  const Scores baseline(5000, 0);
  SequentialGate worse(metric, baseline, kConfident, {});
  EXPECT_EQ(worse.show(Scores(64, 1)), Verdict::not_met);
  SequentialGate same(metric, baseline, kConfident, {});
  EXPECT_EQ(same.show(Scores(2000, 0)), Verdict::met);
}

TEST(SequentialGate, CannotStopEarlyWithoutBoundsOrOrder) {
  const std::unique_ptr<Metric> top1 = make_metric("top1");
  EXPECT_TRUE(early_stopping_for(*top1, true).possible);
  EXPECT_TRUE(early_stopping_for(*make_metric("cosine"), true).possible);
  EXPECT_FALSE(early_stopping_for(*top1, false).possible);
  EXPECT_NE(early_stopping_for(*top1, false).reason.find("streamed"), std::string::npos);
  EXPECT_NE(early_stopping_for(Distance{}, true).reason.find("'distance' have no bounds"), std::string::npos);
}

TEST(SequentialGate, JudgesAnUnboundedMetricAtTheEnd) {
  const Distance metric;
  const Scores baseline{1, 2, 3, 4};
  const Scores candidate{1, 2, 3, 4.4};
  SequentialGate gate(metric, baseline, {{0.2, false}, Decide::estimate, 0.95}, early_stopping_for(metric, true));
  EXPECT_FALSE(gate.show(candidate));
  EXPECT_EQ(gate.outcome().gate.verdict, Verdict::met);
  EXPECT_NEAR(gate.outcome().delta.value, 0.1, 1e-12);
}

TEST_F(SequentialGateTest, IsRarelyWrongWhereTheDifferenceIsTheLimit) {
  constexpr int kTrials = 400;
  constexpr double kLost = 0.06;
  constexpr double kGained = 0.04;
  const double below = kGained - kLost + 1e-9;  // the limit is missed by a hair
  std::mt19937_64 random(20240608);
  int wrongly_met = 0;
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    Scores baseline;
    Scores candidate;
    for (int sample = 0; sample < 600; ++sample) {
      const double u = static_cast<double>(random() >> 11) * 0x1p-53;
      baseline.push_back(u < kLost || u > 0.5 ? 1 : 0);
      candidate.push_back((u >= kLost && u < kLost + kGained) || u > 0.5 ? 1 : 0);
    }
    SequentialGate judged = gate(baseline, {{-below, false}, Decide::confident, 0.95});
    decided_after(judged, candidate);
    const SequentialOutcome outcome = judged.outcome();
    wrongly_met += outcome.gate.verdict == Verdict::met ? 1 : 0;
    covered += outcome.delta.low <= kGained - kLost && kGained - kLost <= outcome.delta.high ? 1 : 0;
  }
  EXPECT_LE(wrongly_met, 0.05 * kTrials);
  EXPECT_GE(covered, 0.94 * kTrials);
}

TEST_F(SequentialGateTest, RefusesWhatDoesNotFit) {
  const Scores baseline{1, 0, 1};
  const Scores none;
  expect_error(ErrorCode::invalid_data, "has no samples", [&] { gate(none, kConfident); });
  expect_error(ErrorCode::invalid_argument, "confidence 1 ", [&] {
    gate(baseline, {{0.01, false}, Decide::confident, 1});
  });
  expect_error(ErrorCode::invalid_data, "more samples than the 3",
               [&] { gate(baseline, kConfident).show(Scores(4, 1)); });
  expect_error(ErrorCode::invalid_data, "between the bounds",
               [&] { gate(baseline, kConfident).show(Scores{std::numeric_limits<double>::quiet_NaN()}); });
  expect_error(ErrorCode::invalid_data, "binary", [&] {
    SequentialGate halves = gate(baseline, kConfident);
    halves.show(Scores(3, 0.5));
    halves.outcome();
  });
  expect_error(ErrorCode::invalid_data, "nothing", [&] { gate(baseline, kConfident).outcome(); });
  expect_error(ErrorCode::invalid_argument, "no bounds", [&] {
    const Distance metric;
    SequentialGate(metric, baseline, kConfident, {});
  });
}

TEST_F(SequentialGateTest, IsOverAfterAVerdict) {
  const Scores baseline(5000, 1);
  SequentialGate decided = gate(baseline, kConfident);
  ASSERT_TRUE(decided.show(Scores(64, 0)));
  expect_error(ErrorCode::invalid_argument, "decided already", [&] { decided.show(Scores(1, 0)); });
}

}  // namespace
}  // namespace halftone

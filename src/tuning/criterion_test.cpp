#include "tuning/criterion.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TrialMeasurement with(const std::map<std::string, double>& values, const std::map<std::string, double>& baseline) {
  TrialMeasurement measurement;
  measurement.samples = 1000;
  for (const auto& [name, value] : values) {
    measurement.metrics[name] = {value, value, value};
    const double delta = value - baseline.at(name);
    measurement.deltas[name] = {delta, delta - 0.01, delta + 0.01};
  }
  return measurement;
}

MetricCriterion criterion(const std::string& metric, const std::string& drop, bool higher = true,
                          std::optional<double> weight = std::nullopt) {
  return {metric, parse_max_drop(drop), drop, higher, weight};
}

Verdict verdict(const AccuracyGoal& goal, const std::map<std::string, double>& baseline,
                const std::map<std::string, double>& values) {
  return judge_accuracy(goal, with(baseline, baseline), with(values, baseline));
}

TEST(AccuracyGoal, WithoutCriteriaIsMetByEveryModel) {
  EXPECT_EQ(verdict({}, {{"top1", 0.8}}, {{"top1", 0.1}}), Verdict::met);
}

TEST(AccuracyGoal, JudgesARelativeAndAnAbsoluteLoss) {
  const AccuracyGoal relative{{criterion("top1", "1%")}, Decide::estimate, 0.95};
  EXPECT_EQ(verdict(relative, {{"top1", 0.8}}, {{"top1", 0.792}}), Verdict::met);
  EXPECT_EQ(verdict(relative, {{"top1", 0.8}}, {{"top1", 0.7919}}), Verdict::not_met);
  const AccuracyGoal absolute{{criterion("top1", "0.5pt")}, Decide::estimate, 0.95};
  EXPECT_EQ(verdict(absolute, {{"top1", 0.8}}, {{"top1", 0.7951}}), Verdict::met);
}

TEST(AccuracyGoal, JudgesMetricsOfWhichLessIsBetter) {
  const AccuracyGoal goal{{criterion("rmse", "10%", false)}, Decide::estimate, 0.95};
  EXPECT_EQ(verdict(goal, {{"rmse", 2.0}}, {{"rmse", 2.19}}), Verdict::met);
  EXPECT_EQ(verdict(goal, {{"rmse", 2.0}}, {{"rmse", 2.21}}), Verdict::not_met);
}

TEST(AccuracyGoal, ConfidentNeedsTheWholeInterval) {
  const AccuracyGoal goal{{criterion("top1", "2pt")}, Decide::confident, 0.95};
  EXPECT_EQ(verdict(goal, {{"top1", 0.8}}, {{"top1", 0.795}}), Verdict::met);
  EXPECT_EQ(verdict(goal, {{"top1", 0.8}}, {{"top1", 0.785}}), Verdict::undecided);
  EXPECT_EQ(verdict(goal, {{"top1", 0.8}}, {{"top1", 0.76}}), Verdict::not_met);
}

TEST(AccuracyGoal, SeveralMetricsMustEachPassWithoutWeights) {
  const AccuracyGoal goal{{criterion("f1", "1pt"), criterion("loss", "0.1", false)}, Decide::estimate, 0.95};
  EXPECT_EQ(verdict(goal, {{"f1", 0.9}, {"loss", 0.5}}, {{"f1", 0.9}, {"loss", 0.59}}), Verdict::met);
  EXPECT_EQ(verdict(goal, {{"f1", 0.9}, {"loss", 0.5}}, {{"f1", 0.95}, {"loss", 0.7}}), Verdict::not_met);
}

TEST(AccuracyGoal, WeightsLetOneMetricMakeUpForAnother) {
  const AccuracyGoal goal{{criterion("a", "1pt", true, 0.5), criterion("b", "1pt", true, 0.5)}, Decide::estimate, 0.95};
  EXPECT_EQ(verdict(goal, {{"a", 0.8}, {"b", 0.1}}, {{"a", 0.75}, {"b", 0.14}}), Verdict::met);
  EXPECT_EQ(verdict(goal, {{"a", 0.8}, {"b", 0.1}}, {{"a", 0.75}, {"b", 0.12}}), Verdict::not_met);
}

TEST(AccuracyGoal, ContradictionsAreErrors) {
  EXPECT_THROW(check({{criterion("a", "1%"), criterion("a", "1%")}, Decide::estimate, 0.95}), Error);
  EXPECT_THROW(check({{criterion("a", "1%", true, 1), criterion("b", "1%")}, Decide::estimate, 0.95}), Error);
  EXPECT_THROW(check({{criterion("a", "1%", true, 1), criterion("b", "1%", false, 1)}, Decide::estimate, 0.95}), Error);
  EXPECT_THROW(check({{criterion("a", "1%", true, 0)}, Decide::estimate, 0.95}), Error);
  EXPECT_THROW(check({{criterion("a", "1%", true, -1)}, Decide::estimate, 0.95}), Error);
  EXPECT_NO_THROW(check({{criterion("a", "1%", true, 0), criterion("b", "1%", true, 1)}, Decide::estimate, 0.95}));
}

TEST(AccuracyGoal, AMetricThatFloatDoesNotHaveIsAnError) {
  const AccuracyGoal goal{{criterion("sqnr", "1%")}, Decide::estimate, 0.95};
  try {
    verdict(goal, {{"top1", 0.8}}, {{"top1", 0.8}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    EXPECT_FALSE(error.hint().empty());
  }
}

const std::vector<MeasuredMetric>& measured_metrics() {
  static const std::vector<MeasuredMetric> kMeasured{{"top1", true}, {"rmse", false}, {"top5", true}};
  return kMeasured;
}

TEST(MakeAccuracyGoal, GivesALossWithoutANameToTheFirstMetric) {
  const AccuracyGoal goal = make_accuracy_goal("0.5pt", "", measured_metrics(), Decide::confident, 0.9);
  ASSERT_EQ(goal.criteria.size(), 1U);
  EXPECT_EQ(goal.criteria[0].metric, "top1");
  EXPECT_EQ(goal.criteria[0].text, "0.5pt");
  EXPECT_EQ(goal.decide, Decide::confident);
}

TEST(MakeAccuracyGoal, TakesALossForEachOfSeveralMetrics) {
  const AccuracyGoal goal = make_accuracy_goal("top1=0.5pt,rmse=10%", "", measured_metrics(), Decide::estimate, 0.95);
  ASSERT_EQ(goal.criteria.size(), 2U);
  EXPECT_FALSE(goal.criteria[1].higher_is_better);
  EXPECT_TRUE(goal.criteria[1].max_drop.relative);
  EXPECT_FALSE(goal.weighted());
}

TEST(MakeAccuracyGoal, AddsMetricsUpWithWeights) {
  const AccuracyGoal goal = make_accuracy_goal("1%", "top1=0.7,top5=0.3", measured_metrics(), Decide::estimate, 0.95);
  ASSERT_EQ(goal.criteria.size(), 2U);
  EXPECT_TRUE(goal.weighted());
  EXPECT_EQ(goal.criteria[1].metric, "top5");
  EXPECT_EQ(goal.criteria[1].weight, 0.3);
}

TEST(MakeAccuracyGoal, ProblemsAreNamed) {
  for (const auto& [drop, weights] : std::map<std::string, std::string>{{"top2=1%", ""},
                                                                        {"1%,top1=1%", ""},
                                                                        {"1%", "top2=1"},
                                                                        {"2%", "top1"},
                                                                        {"3%", "top1=-1"},
                                                                        {"4%", "top1=1,top1=1"},
                                                                        {"5%", "top1=1,rmse=1"},
                                                                        {"top1=", ""},
                                                                        {"", ""}}) {
    EXPECT_THROW(make_accuracy_goal(drop, weights, measured_metrics(), Decide::estimate, 0.95), Error)
        << drop << " " << weights;
  }
}

TEST(Margin, CountsInUnitsOfWhatMayBeLost) {
  const AccuracyGoal goal{{criterion("top1", "1pt")}, Decide::estimate, 0.95};
  const auto margin_of = [&](double value) {
    return margin(goal, with({{"top1", 0.8}}, {{"top1", 0.8}}), with({{"top1", value}}, {{"top1", 0.8}}));
  };
  EXPECT_NEAR(margin_of(0.8), 1, 1e-9);
  EXPECT_NEAR(margin_of(0.79), 0, 1e-9);
  EXPECT_NEAR(margin_of(0.77), -2, 1e-9);
}

}  // namespace
}  // namespace halftone

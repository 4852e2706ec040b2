#include "verbs/model_comparison.h"

#include <gtest/gtest.h>

#include <cmath>

#include "halftone/error.h"

namespace halftone {
namespace {

Measurement measured(const std::string& metric, std::vector<double> scores) {
  Measurement result;
  for (std::size_t i = 0; i < scores.size(); ++i) result.ids.push_back(std::to_string(i));
  result.scores[metric] = std::move(scores);
  return result;
}

TEST(ModelComparison, CountsSamplesLostAndGained) {
  const auto compared =
      compare({{"top1"}, false}, measured("top1", {1, 1, 1, 0, 0}), measured("top1", {1, 0, 0, 1, 0}), 0.95);
  ASSERT_EQ(compared.size(), 1);
  EXPECT_EQ(compared[0].flips->lost, 2);
  EXPECT_EQ(compared[0].flips->gained, 1);
  EXPECT_DOUBLE_EQ(compared[0].baseline->value, 0.6);
  EXPECT_DOUBLE_EQ(compared[0].value.value, 0.4);
  EXPECT_NEAR(compared[0].delta->value, -0.2, 1e-12);
}

TEST(ModelComparison, ComparesAgreementWithAModelThatAgreesWithItself) {
  const auto compared = compare({{"agreement"}, false}, {}, measured("agreement", {1, 1, 0, 1}), 0.95);
  EXPECT_EQ(compared[0].baseline, (Estimate{1, 1, 1}));
  EXPECT_NEAR(compared[0].delta->value, -0.25, 1e-12);
  EXPECT_EQ(compared[0].flips->lost, 1);
}

TEST(ModelComparison, TakesFloatAsTruthForMetricsOfLabelsToo) {
  const auto compared = compare({{"top1"}, true}, {}, measured("top1", {1, 0}), 0.95);
  EXPECT_DOUBLE_EQ(compared[0].baseline->value, 1);
  EXPECT_NEAR(compared[0].delta->value, -0.5, 1e-12);
}

TEST(ModelComparison, KnowsTheErrorOfAModelToItself) {
  const auto compared = compare({{"mse"}, false}, {}, measured("mse", {0.5, 1.5}), 0.95);
  EXPECT_DOUBLE_EQ(compared[0].baseline->value, 0);
  EXPECT_DOUBLE_EQ(compared[0].delta->value, 1);
  EXPECT_FALSE(compared[0].higher_is_better);
  EXPECT_FALSE(compared[0].flips);
}

TEST(ModelComparison, HasNoBaselineForARatioWithoutBound) {
  const auto compared = compare({{"sqnr"}, false}, {}, measured("sqnr", {30, 40}), 0.95);
  EXPECT_FALSE(compared[0].baseline);
  EXPECT_FALSE(compared[0].delta);
  const Json json = accuracy_json(compared);
  EXPECT_TRUE(json["sqnr"]["float"].is_null());
  EXPECT_EQ(json["sqnr"]["value"]["value"], 35.0);
}

/// Labels and predictions of samples, as f1 keeps them.
Measurement confused(const std::vector<std::vector<double>>& rows) {
  Measurement result = measured("top1", std::vector<double>(rows.size()));
  for (const auto& row : rows) result.rows["f1"].add(row);
  return result;
}

TEST(ModelComparison, ComparesMetricsThatAreNoMeansOnTheSameDraws) {
  const Measurement before = confused({{1, 1}, {1, 1}, {0, 0}, {0, 1}, {1, 0}, {0, 0}});
  const Measurement after = confused({{1, 1}, {1, 0}, {0, 0}, {0, 1}, {1, 0}, {0, 0}});
  const auto compared = compare({{"f1"}, false}, before, after, 0.95, {.seed = 5});
  ASSERT_EQ(compared.size(), 1);
  EXPECT_EQ(compared[0].name, "f1");
  EXPECT_TRUE(compared[0].higher_is_better);
  EXPECT_DOUBLE_EQ(compared[0].baseline->value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(compared[0].value.value, 0.4);
  EXPECT_NEAR(compared[0].delta->value, 0.4 - 2.0 / 3, 1e-12);
  EXPECT_LT(compared[0].delta->low, compared[0].delta->value);
  EXPECT_FALSE(compared[0].flips);
  EXPECT_EQ(*compare({{"f1"}, false}, before, after, 0.95, {.seed = 5, .threads = 3})[0].delta, *compared[0].delta);
  EXPECT_EQ(estimate_metrics({{"f1"}, false}, before, 0.95, {.seed = 5}).at(0).value, *compared[0].baseline);
}

TEST(ModelComparison, HasNoBaselineOfRowsWhereFloatIsTheTruth) {
  const auto compared = compare({{"f1"}, true}, {}, confused({{1, 1}, {0, 1}, {0, 0}}), 0.95);
  EXPECT_FALSE(compared[0].baseline);
  EXPECT_FALSE(compared[0].delta);
}

TEST(ModelComparison, RefusesOtherSamples) {
  Measurement other = measured("top1", {1, 1});
  other.ids[1] = "elsewhere";
  EXPECT_THROW(compare({{"top1"}, false}, measured("top1", {1, 0}), other, 0.95), Error);
}

TEST(ModelComparison, EstimatesOnlyWhatWasMeasured) {
  const auto estimates = estimate_metrics({{"top1", "agreement"}, false}, measured("top1", {1, 1, 0, 0}), 0.95);
  ASSERT_EQ(estimates.size(), 1);
  EXPECT_EQ(estimates[0].name, "top1");
  EXPECT_DOUBLE_EQ(estimates[0].value.value, 0.5);
}

Measurement worth(const std::string& metric, double value) {
  Measurement result;
  result.values[metric] = value;
  return result;
}

TEST(ModelComparison, OneNumberForAllSamplesHasNoInterval) {
  const auto estimates = estimate_metrics({{"top1"}, false}, worth("top1", 0.75), 0.95);
  ASSERT_EQ(estimates.size(), 1);
  EXPECT_EQ(estimates[0].value.value, 0.75);
  EXPECT_TRUE(std::isinf(estimates[0].value.low) && std::isinf(estimates[0].value.high));
  const auto compared = compare({{"top1"}, false}, worth("top1", 0.75), worth("top1", 0.5), 0.95);
  EXPECT_EQ(compared[0].baseline->value, 0.75);
  EXPECT_EQ(compared[0].delta->value, -0.25);
  EXPECT_TRUE(std::isinf(compared[0].delta->low));
  EXPECT_FALSE(compared[0].flips);
  EXPECT_TRUE(accuracy_json(compared)["top1"]["delta"]["high"].is_null());
}

TEST(ModelComparison, OneNumberIsComparedWithWhatOfSamplesIsKnown) {
  const auto compared = compare({{"top1"}, false}, measured("top1", {1, 1, 0, 0}), worth("top1", 0.25), 0.95);
  EXPECT_EQ(compared[0].baseline->value, 0.5);
  EXPECT_FALSE(std::isinf(compared[0].baseline->low));
  EXPECT_EQ(compared[0].delta->value, -0.25);
  const auto agreeing = compare({{"agreement"}, false}, {}, worth("agreement", 0.9), 0.95);
  EXPECT_EQ(agreeing[0].baseline, (Estimate{1, 1, 1}));
}

TEST(ModelComparison, RefusesMetricsThatTheEvaluationLeftOut) {
  EXPECT_THROW(compare({{"top1"}, false}, worth("top1", 1), {}, 0.95), Error);
  EXPECT_THROW(estimate_metrics({{"top1"}, false}, worth("top1", std::nan("")), 0.95), Error);
}

}  // namespace
}  // namespace halftone

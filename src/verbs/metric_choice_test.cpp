#include "verbs/metric_choice.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;

TEST(MetricChoice, IsTop1WithLabels) {
  const MetricChoice choice = choose_metrics({}, GivenTruth::classes, 10);
  EXPECT_THAT(choice.names, ElementsAre("top1"));
  EXPECT_FALSE(choice.needs_reference());
}

TEST(MetricChoice, IsAccuracyForOutputsOfOneValue) {
  EXPECT_THAT(choose_metrics({}, GivenTruth::classes, 1).names, ElementsAre("accuracy"));
}

TEST(MetricChoice, ComparesWithFloatWithoutLabels) {
  const MetricChoice choice = choose_metrics({}, GivenTruth::none, std::nullopt);
  EXPECT_THAT(choice.names, ElementsAre("agreement", "cosine", "sqnr"));
  EXPECT_TRUE(choice.needs_reference());
  EXPECT_THAT(choose_metrics({}, GivenTruth::none, 1).names, ElementsAre("cosine", "sqnr"));
}

TEST(MetricChoice, LeavesGivenLabelsAsideWhereFloatIsTheTruth) {
  Config::Evaluation evaluation;
  evaluation.labels = "float";
  EXPECT_THAT(choose_metrics(evaluation, GivenTruth::classes, 10).names, ElementsAre("agreement", "cosine", "sqnr"));
  evaluation.metrics = {"top1"};
  EXPECT_TRUE(choose_metrics(evaluation, GivenTruth::classes, 10).needs_reference());
}

TEST(MetricChoice, AsksForAMetricWhereTheTruthIsNoClass) {
  EXPECT_THROW(choose_metrics({}, GivenTruth::targets, 1), Error);
  Config::Evaluation evaluation;
  evaluation.metrics = {"rmse"};
  EXPECT_THAT(choose_metrics(evaluation, GivenTruth::targets, 1).names, ElementsAre("rmse"));
  EXPECT_FALSE(choose_metrics(evaluation, GivenTruth::targets, 1).needs_reference());
}

TEST(MetricChoice, HasNoTargetsWhereFloatIsTheTruth) {
  Config::Evaluation evaluation;
  evaluation.labels = "float";
  evaluation.metrics = {"rmse"};
  EXPECT_THROW(choose_metrics(evaluation, GivenTruth::targets, 1), Error);
  evaluation.metrics.clear();
  EXPECT_THAT(choose_metrics(evaluation, GivenTruth::targets, 1).names, ElementsAre("cosine", "sqnr"));
}

TEST(MetricChoice, TellsClassesFromOtherTruth) {
  DataItem item{"a", {}, {}};
  EXPECT_EQ(given_truth(item), GivenTruth::none);
  item.target = Tensor::from(std::vector{0.5F}, {1});
  EXPECT_EQ(given_truth(item), GivenTruth::targets);
  item.labels = {1};
  EXPECT_EQ(given_truth(item), GivenTruth::classes);
}

TEST(MetricChoice, RefusesAnUnknownName) {
  Config::Evaluation evaluation;
  evaluation.metrics = {"top1", "tpo5"};
  EXPECT_THROW(choose_metrics(evaluation, GivenTruth::classes, 10), Error);
}

TEST(MetricChoice, ReadsTheValuesOfAnOutputOffItsSignature) {
  EXPECT_EQ(output_values({{"y", DType::f32, Shape{-1, 1000}}}), 1000);
  EXPECT_EQ(output_values({{"y", DType::f32, Shape{-1}}}), 1);
  EXPECT_EQ(output_values({{"y", DType::f32, Shape{-1, -1}}}), std::nullopt);
  EXPECT_EQ(output_values({{"y", DType::f32, std::nullopt}}), std::nullopt);
  EXPECT_EQ(output_values({}), std::nullopt);
}

}  // namespace
}  // namespace halftone

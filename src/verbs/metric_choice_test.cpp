#include "verbs/metric_choice.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;

TEST(MetricChoice, IsTop1WithLabels) {
  const MetricChoice choice = choose_metrics({}, true, 10);
  EXPECT_THAT(choice.names, ElementsAre("top1"));
  EXPECT_FALSE(choice.needs_reference());
}

TEST(MetricChoice, IsAccuracyForOutputsOfOneValue) {
  EXPECT_THAT(choose_metrics({}, true, 1).names, ElementsAre("accuracy"));
}

TEST(MetricChoice, ComparesWithFloatWithoutLabels) {
  const MetricChoice choice = choose_metrics({}, false, std::nullopt);
  EXPECT_THAT(choice.names, ElementsAre("agreement", "cosine", "sqnr"));
  EXPECT_TRUE(choice.needs_reference());
  EXPECT_THAT(choose_metrics({}, false, 1).names, ElementsAre("cosine", "sqnr"));
}

TEST(MetricChoice, LeavesGivenLabelsAsideWhereFloatIsTheTruth) {
  Config::Evaluation evaluation;
  evaluation.labels = "float";
  EXPECT_THAT(choose_metrics(evaluation, true, 10).names, ElementsAre("agreement", "cosine", "sqnr"));
  evaluation.metrics = {"top1"};
  EXPECT_TRUE(choose_metrics(evaluation, true, 10).needs_reference());
}

TEST(MetricChoice, RefusesAnUnknownName) {
  Config::Evaluation evaluation;
  evaluation.metrics = {"top1", "tpo5"};
  EXPECT_THROW(choose_metrics(evaluation, true, 10), Error);
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

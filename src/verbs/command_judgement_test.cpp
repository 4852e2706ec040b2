#include "verbs/command_judgement.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

const CommandMetric kBefore{"top1", 0.75, {1, 1, 0, 1}, true};
const CommandMetric kAfter{"top1", 0.5, {1, 0, 1, 0}, true};

TEST(CommandJudgement, ComparesSampleBySample) {
  const auto compared = compare(std::vector{kBefore}, std::vector{kAfter}, 0.95);
  ASSERT_EQ(compared.size(), 1u);
  EXPECT_EQ(compared[0].name, "top1");
  EXPECT_EQ(compared[0].value, wilson_interval(2, 4, 0.95));
  EXPECT_EQ(*compared[0].baseline, wilson_interval(3, 4, 0.95));
  EXPECT_EQ(*compared[0].delta, paired_proportion_interval(2, 1, 4, 0.95));
  EXPECT_EQ(compared[0].flips->lost, 2u);
  EXPECT_EQ(compared[0].flips->gained, 1u);
  EXPECT_EQ(samples_of({kBefore}), 4u);
}

TEST(CommandJudgement, KeepsTheDirection) {
  const CommandMetric before{.name = "wer", .value = 0.2, .higher_is_better = false};
  const CommandMetric after{.name = "wer", .value = 0.25, .higher_is_better = false};
  const auto compared = compare(std::vector{before}, std::vector{after}, 0.95);
  EXPECT_FALSE(compared[0].higher_is_better);
  EXPECT_FALSE(compared[0].flips);
  EXPECT_EQ(samples_of({before}), std::nullopt);
}

TEST(CommandJudgement, RefusesOtherMetricsOfTheOtherModel) {
  const CommandMetric other{.name = "top5", .value = 0.5};
  EXPECT_THROW(compare(std::vector{kBefore}, std::vector{other}, 0.95), Error);
  EXPECT_THROW(compare(std::vector{kBefore, other}, std::vector{kAfter}, 0.95), Error);
  CommandMetric reversed = kAfter;
  reversed.higher_is_better = false;
  EXPECT_THROW(compare(std::vector{kBefore}, std::vector{reversed}, 0.95), Error);
}

TEST(CommandJudgement, IsOfTheConfigurationsCommand) {
  Config config;
  EXPECT_FALSE(saved_model_judge({}, config, silent_progress()));
  config.evaluation.command = "sh -c 'echo \"{\\\"metrics\\\": {\\\"a\\\": 1, \\\"b\\\": 2}}\"' judge {model}";
  config.evaluation.metrics = {"b"};
  const auto judge = saved_model_judge({}, config, silent_progress());
  ASSERT_TRUE(judge);
  const auto metrics = judge("m");
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(metrics[0].value, 2);
  EXPECT_EQ(estimate_metrics(metrics, 0.95).at(0).value.value, 2);
}

}  // namespace
}  // namespace halftone

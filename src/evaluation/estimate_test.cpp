#include <gtest/gtest.h>

#include <vector>

#include "evaluation/expect_error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

using Scores = std::vector<double>;

TEST(EstimateMetric, OfABinaryMetricIsWilsons) {
  const Scores scores{1, 0, 1, 1, 0, 1, 1, 1, 0, 1};
  EXPECT_EQ(estimate_metric(*make_metric("top1"), scores, 0.95), wilson_interval(7, 10, 0.95));
}

TEST(EstimateMetric, OfOthersIsStudents) {
  const Scores scores{1, 0, 1, 1, 0, 1, 1, 1, 0, 1};
  EXPECT_EQ(estimate_metric(*make_metric("cosine"), scores, 0.9), mean_interval(scores, 0.9));
}

TEST(EstimateMetric, HasTheAggregateAsItsValue) {
  const Scores scores{1, 0, 0, 1, 1, 0, 1};
  for (const char* name : {"accuracy", "mse"}) {
    const auto metric = make_mean_metric(name);
    EXPECT_EQ(estimate_metric(*metric, scores, 0.95).value, metric->aggregate(scores));
  }
}

TEST(EstimateDelta, OfABinaryMetricCountsTheFlipsOfEachSample) {
  const Scores baseline{1, 1, 1, 1, 0, 0, 0, 1, 0, 1};
  const Scores candidate{1, 0, 0, 0, 1, 0, 0, 1, 0, 1};
  const Estimate delta = estimate_delta(*make_metric("top1"), baseline, candidate, 0.95);
  EXPECT_EQ(delta, paired_proportion_interval(3, 1, 10, 0.95));
  EXPECT_DOUBLE_EQ(delta.value, -0.2);
}

TEST(EstimateDelta, OfOthersIsThatOfTheDifferences) {
  const Scores baseline{10, 20, 30, 40};
  const Scores candidate{9, 18, 30, 39};
  const Estimate delta = estimate_delta(*make_metric("sqnr"), baseline, candidate, 0.95);
  EXPECT_EQ(delta, mean_interval(Scores{-1, -2, 0, -1}, 0.95));
  EXPECT_DOUBLE_EQ(delta.value, -1);
}

TEST(EstimateDelta, RefusesScoresOfDifferentSamples) {
  expect_error(ErrorCode::invalid_argument, "2 scores of the baseline and 3 of the candidate", [] {
    estimate_delta(*make_metric("mse"), Scores{1, 0}, Scores{1, 0, 1}, 0.95);
  });
}

TEST(Estimates, RefuseBinaryScoresOtherThanZeroAndOne) {
  const auto metric = make_metric("top1");
  expect_error(ErrorCode::invalid_data, "gave the score 0.5", [&] { estimate_metric(*metric, Scores{1, 0.5}, 0.95); });
  expect_error(ErrorCode::invalid_data, "gave the score 2", [&] {
    estimate_delta(*metric, Scores{1, 0}, Scores{1, 2}, 0.95);
  });
}

TEST(Estimates, RefuseNoSamples) {
  for (const char* name : {"top1", "mse"}) {
    const auto metric = make_mean_metric(name);
    expect_error(ErrorCode::invalid_data, "no ", [&] { estimate_metric(*metric, {}, 0.95); });
    expect_error(ErrorCode::invalid_data, "no ", [&] { estimate_delta(*metric, {}, {}, 0.95); });
  }
}

}  // namespace
}  // namespace halftone

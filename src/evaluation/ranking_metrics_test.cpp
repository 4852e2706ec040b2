#include <gtest/gtest.h>

#include <array>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

MetricFixture scored(const std::vector<float>& scores, const std::vector<std::int64_t>& labels) {
  MetricFixture fixture("auc");
  for (std::size_t i = 0; i < scores.size(); ++i) fixture.labelled({scores[i]}, labels[i]);
  return fixture;
}

MetricFixture ranked(const std::vector<float>& predicted, const std::vector<double>& wanted) {
  MetricFixture fixture("spearman");
  for (std::size_t i = 0; i < predicted.size(); ++i) fixture.targeted(predicted[i], wanted[i]);
  return fixture;
}

// The example in scikit-learn's documentation of roc_auc_score.
TEST(Auc, IsTheShareOfPairsInOrder) { EXPECT_DOUBLE_EQ(scored({0.1F, 0.4F, 0.35F, 0.8F}, {0, 0, 1, 1}).value(), 0.75); }

// Hanley and McNeil (1982), table I: 58 normal and 51 abnormal images in five ratings, of which they give 0.893 as the
// area, half of the ties counted.
TEST(Auc, CountsHalfOfEqualScores) {
  MetricFixture fixture("auc");
  const std::array normal{33, 6, 6, 11, 2};
  const std::array abnormal{3, 2, 2, 11, 33};
  for (std::size_t rating = 0; rating < 5; ++rating) {
    for (int i = 0; i < normal[rating]; ++i) fixture.labelled({static_cast<float>(rating)}, 0);
    for (int i = 0; i < abnormal[rating]; ++i) fixture.labelled({static_cast<float>(rating)}, 1);
  }
  EXPECT_NEAR(fixture.value(), 0.893, 5e-4);
}

TEST(Auc, TakesTheDifferenceOfTwoOutputs) {
  MetricFixture fixture("auc");
  fixture.labelled({5, 1}, 0).labelled({3, 2}, 0).labelled({9, 7}, 1).labelled({1, 6}, 1);
  EXPECT_DOUBLE_EQ(fixture.value(), 0.75);
}

TEST(Auc, OfOneScoreForAllIsAHalf) { EXPECT_DOUBLE_EQ(scored({2, 2, 2}, {0, 1, 1}).value(), 0.5); }

TEST(Auc, CountsASampleAsOftenAsItIsDrawn) {
  const MetricFixture fixture = scored({0.1F, 0.4F, 0.35F, 0.8F}, {0, 0, 1, 1});
  EXPECT_DOUBLE_EQ(fixture.value({1, 2, 3, 0}),
                   scored({0.1F, 0.4F, 0.4F, 0.35F, 0.35F, 0.35F}, {0, 0, 0, 1, 1, 1}).value());
  EXPECT_NE(fixture.value({1, 1, 0, 0}), fixture.value({1, 1, 0, 0})) << "undefined is NaN";
}

TEST(Auc, RefusesOneClassAlone) {
  expect_error(ErrorCode::invalid_data, "all samples are of one class", [] { scored({1, 2}, {1, 1}).value(); });
  expect_error(ErrorCode::invalid_data, "it is a metric of two", [] { MetricFixture("auc").labelled({1, 2, 3}, 1); });
  expect_error(ErrorCode::invalid_data, "label 2 is not one", [] { MetricFixture("auc").labelled({1}, 2); });
}

// The example of Wikipedia's "Spearman's rank correlation coefficient": IQ and hours of TV; -29/165.
TEST(Spearman, IsTheCorrelationOfRanks) {
  EXPECT_NEAR(ranked({106, 100, 86, 101, 99, 103, 97, 113, 112, 110}, {7, 27, 2, 50, 28, 29, 20, 12, 6, 17}).value(),
              -29.0 / 165, 1e-12);
}

// The example in SciPy's documentation of spearmanr.
TEST(Spearman, GivesEqualsTheMeanOfTheirRanks) {
  EXPECT_NEAR(ranked({1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}).value(), 0.8207826816681233, 1e-12);
}

TEST(Spearman, AsksForTheOrderAlone) {
  EXPECT_DOUBLE_EQ(ranked({1, 10, 100}, {-5, 0, 0.1}).value(), 1);
  EXPECT_DOUBLE_EQ(ranked({1, 10, 100}, {3, 2, 1}).value(), -1);
}

TEST(Spearman, CountsASampleAsOftenAsItIsDrawn) {
  EXPECT_NEAR(ranked({1, 2, 3, 4}, {5, 7, 6, 8}).value({2, 1, 0, 3}),
              ranked({1, 1, 2, 4, 4, 4}, {5, 5, 7, 8, 8, 8}).value(), 1e-12);
}

TEST(Spearman, RefusesWhatHasNoOrder) {
  expect_error(ErrorCode::invalid_data, "all predictions, or all targets, are equal", [] {
    ranked({1, 1, 1}, {1, 2, 3}).value();
  });
  expect_error(ErrorCode::invalid_data, "it ranks one value a sample", [] {
    MetricFixture("spearman").targeted(floats({1, 2}, {2}), floats({1}, {1}));
  });
  EXPECT_TRUE(make_metric("spearman")->higher_is_better());
  EXPECT_TRUE(make_metric("auc")->higher_is_better());
}

}  // namespace
}  // namespace halftone

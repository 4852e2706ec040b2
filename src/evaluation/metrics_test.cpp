#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "evaluation/expect_error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

using Row = std::vector<float>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

double labelled(const std::string& metric, const Row& output, std::int64_t label) {
  return make_mean_metric(metric)->score({.output = output, .label = label});
}

double compared(const std::string& metric, const Row& output, const Row& reference) {
  return make_mean_metric(metric)->score({.output = output, .label = 0, .reference = reference});
}

TEST(TopK, IsRightWhenTheLabelIsAmongTheKHighest) {
  const Row output{0.1F, 0.5F, 0.2F, 0.4F, 0.3F};
  EXPECT_EQ(labelled("top1", output, 1), 1);
  EXPECT_EQ(labelled("top1", output, 3), 0);
  EXPECT_EQ(labelled("top2", output, 3), 1);
  EXPECT_EQ(labelled("top2", output, 4), 0);
  EXPECT_EQ(labelled("top3", output, 4), 1);
  EXPECT_EQ(labelled("top4", output, 0), 0);
}

TEST(TopK, PutsTheLowerIndexFirstAmongEquals) {
  const Row output{1, 3, 3, 3, 2};
  EXPECT_EQ(labelled("top1", output, 1), 1);
  EXPECT_EQ(labelled("top1", output, 2), 0);
  EXPECT_EQ(labelled("top2", output, 2), 1);
  EXPECT_EQ(labelled("top2", output, 3), 0);
  EXPECT_EQ(labelled("top3", output, 3), 1);
  EXPECT_EQ(labelled("top3", output, 4), 0);
}

TEST(TopK, CountsExactlyKRightLabelsWhateverTheTies) {
  for (const Row& output :
       {Row{0, 0, 0, 0, 0, 0}, Row{2, 1, 2, 1, 2, 1}, Row{-kInfinity, 0, kInfinity, 0, kInfinity, 0}}) {
    for (int k = 1; k < 6; ++k) {
      double right = 0;
      for (int label = 0; label < 6; ++label) right += labelled("top" + std::to_string(k), output, label);
      EXPECT_EQ(right, k);
    }
  }
}

TEST(TopK, RefusesLabelsThatAreNoClass) {
  expect_error(ErrorCode::invalid_data, "label 3 is not one of the 3 classes 0 to 2", [] {
    labelled("top1", {1, 2, 3}, 3);
  });
  expect_error(ErrorCode::invalid_data, "label -1", [] { labelled("top1", {1, 2, 3}, -1); });
}

TEST(TopK, RefusesAKForWhichEveryLabelIsRight) {
  expect_error(ErrorCode::invalid_data, "every label is right where the output has 5 classes", [] {
    labelled("top5", {1, 2, 3, 4, 5}, 0);
  });
  expect_error(ErrorCode::invalid_data, "take 'accuracy'", [] { labelled("top1", {1}, 0); });
}

TEST(Accuracy, ComparesTheFirstHighestWithTheLabel) {
  EXPECT_EQ(labelled("accuracy", {1, 5, 2}, 1), 1);
  EXPECT_EQ(labelled("accuracy", {1, 5, 2}, 2), 0);
  EXPECT_EQ(labelled("accuracy", {5, 5, 2}, 0), 1);
  EXPECT_EQ(labelled("accuracy", {5, 5, 2}, 1), 0);
}

TEST(Accuracy, TakesARowOfOneValueAsAProbability) {
  EXPECT_EQ(labelled("accuracy", {0.51F}, 1), 1);
  EXPECT_EQ(labelled("accuracy", {0.51F}, 0), 0);
  EXPECT_EQ(labelled("accuracy", {0.5F}, 0), 1);
  expect_error(ErrorCode::invalid_data, "label 2 is not one of the 2 classes", [] { labelled("accuracy", {0.5F}, 2); });
}

TEST(Agreement, ComparesTheClassesOfOutputAndReference) {
  EXPECT_EQ(compared("agreement", {1, 5, 2}, {0, 0.2F, 0.1F}), 1);
  EXPECT_EQ(compared("agreement", {1, 5, 2}, {0, 0.1F, 0.2F}), 0);
  EXPECT_EQ(compared("agreement", {3, 3}, {4, 4}), 1);
  EXPECT_EQ(compared("agreement", {0.6F}, {0.9F}), 1);
  EXPECT_EQ(compared("agreement", {0.4F}, {0.9F}), 0);
}

TEST(Mse, IsTheMeanOfTheSquaredDifferences) {
  EXPECT_DOUBLE_EQ(compared("mse", {1, 2, 3, 4}, {1, 0, 3, 7}), (4.0 + 9.0) / 4);
  EXPECT_EQ(compared("mse", {1, 2}, {1, 2}), 0);
}

TEST(Cosine, IsTheCosineOfTheAngleBetweenTheRows) {
  EXPECT_DOUBLE_EQ(compared("cosine", {3, 4}, {4, 3}), 24.0 / 25);
  EXPECT_DOUBLE_EQ(compared("cosine", {1, 2}, {2, 4}), 1);
  EXPECT_DOUBLE_EQ(compared("cosine", {1, 2}, {-1, -2}), -1);
  EXPECT_EQ(compared("cosine", {1, 0}, {0, 1}), 0);
  EXPECT_EQ(compared("cosine", {0, 0}, {0, 0}), 1);
  EXPECT_EQ(compared("cosine", {0, 0}, {1, 0}), 0);
}

TEST(Cosine, SurvivesTheLargestFloats) {
  constexpr float kMost = std::numeric_limits<float>::max();
  EXPECT_DOUBLE_EQ(compared("cosine", {kMost, kMost}, {kMost, 0}), std::sqrt(0.5));
}

TEST(Sqnr, IsThePowerOfTheReferenceOverThatOfTheError) {
  EXPECT_NEAR(compared("sqnr", {10, 1}, {10, 0}), 20, 1e-12);
  EXPECT_NEAR(compared("sqnr", {3, 4, 6}, {3, 4, 5}), 10 * std::log10(50.0), 1e-12);
}

TEST(Sqnr, IsBoundedBy200Decibels) {
  EXPECT_EQ(compared("sqnr", {1, 2}, {1, 2}), 200);
  EXPECT_EQ(compared("sqnr", {0, 0}, {0, 0}), 200);
  EXPECT_EQ(compared("sqnr", {1, 0}, {0, 0}), -200);
}

TEST(Metrics, NameTheRowAndTheIndexOfNaN) {
  expect_error(ErrorCode::invalid_data, "metric 'top1': the row of the output has NaN at index 2", [] {
    labelled("top1", {1, 2, kNaN}, 0);
  });
  expect_error(ErrorCode::invalid_data, "metric 'accuracy': the row of the output has NaN at index 0",
               [] { labelled("accuracy", {kNaN}, 0); });
  for (const char* name : {"agreement", "mse", "cosine", "sqnr"}) {
    expect_error(ErrorCode::invalid_data, "output has NaN at index 1", [=] { compared(name, {1, kNaN}, {1, 2}); });
    expect_error(ErrorCode::invalid_data, "reference has NaN at index 0", [=] { compared(name, {1, 2}, {kNaN, 2}); });
  }
}

TEST(Metrics, ThatMeasureDistancesRefuseInfinity) {
  for (const char* name : {"mse", "cosine", "sqnr"}) {
    expect_error(ErrorCode::invalid_data, "output is infinite at index 1", [=] {
      compared(name, {1, kInfinity}, {1, 2});
    });
    expect_error(ErrorCode::invalid_data, "reference is infinite at index 0", [=] {
      compared(name, {1, 2}, {-kInfinity, 2});
    });
  }
}

TEST(Metrics, RefuseRowsThatAreEmptyOrOfDifferentSizes) {
  for (const char* name : {"agreement", "mse", "cosine", "sqnr"}) {
    expect_error(ErrorCode::invalid_data, "output has 2 values a sample, the reference 3", [=] {
      compared(name, {1, 2}, {1, 2, 3});
    });
    expect_error(ErrorCode::invalid_data, "the row of the output is empty", [=] { compared(name, {}, {}); });
  }
  expect_error(ErrorCode::invalid_data, "is empty", [] { labelled("top1", {}, 0); });
  expect_error(ErrorCode::invalid_data, "is empty", [] { labelled("accuracy", {}, 0); });
}

TEST(MakeMetric, KnowsEveryListedNameAndAnyTopK) {
  for (const std::string& name : metric_names()) EXPECT_EQ(make_metric(name)->name(), name);
  EXPECT_EQ(make_metric("top10")->name(), "top10");
  EXPECT_EQ(make_metric("top123")->name(), "top123");
}

TEST(MakeMetric, SaysWhatEachMetricNeedsAndWhichWayIsBetter) {
  for (const char* name : {"top1", "top5", "accuracy"}) EXPECT_EQ(make_metric(name)->truth(), Truth::label) << name;
  for (const char* name : {"agreement", "mse", "cosine", "sqnr"}) {
    EXPECT_EQ(make_metric(name)->truth(), Truth::reference) << name;
  }
  const std::set<std::string> errors{"mse", "mae", "rmse", "mse_to_target", "perplexity"};
  const std::set<std::string> right_or_wrong{"top1", "top5", "accuracy", "agreement"};
  const std::set<std::string> means{"top1",   "top5", "accuracy", "agreement",    "mse",
                                    "cosine", "sqnr", "mae",      "mse_to_target"};
  for (const std::string& name : metric_names()) {
    const bool is_error = errors.contains(name);
    EXPECT_EQ(make_metric(name)->higher_is_better(), !is_error) << name;
    EXPECT_EQ(make_metric(name)->is_binary(), right_or_wrong.contains(name)) << name;
    EXPECT_EQ(make_metric(name)->as_mean() != nullptr, means.contains(name)) << name;
  }
}

TEST(MakeMetric, NamesTheNearestOfAnUnknownName) {
  expect_error(ErrorCode::invalid_argument, "unknown metric 'acuracy'", [] { make_metric("acuracy"); });
  expect_error(ErrorCode::invalid_argument, "'accuracy'", [] { make_metric("acuracy"); });
  expect_error(ErrorCode::invalid_argument, "top5", [] { make_metric("bleu"); });
}

TEST(MakeMetric, RefusesAKThatIsNoCount) {
  for (const char* name : {"top", "top0", "top01", "top-1", "topK", "top1.5", "top99999999999999999999", "", "Top1"}) {
    expect_error(ErrorCode::invalid_argument, "unknown metric", [name] { make_metric(name); });
  }
}

TEST(MakeMetric, MakesMeansAlone) {
  EXPECT_EQ(make_mean_metric("mae")->name(), "mae");
  expect_error(ErrorCode::invalid_argument, "is no mean of scores", [] { make_mean_metric("f1"); });
  expect_error(ErrorCode::invalid_argument, "unknown metric", [] { make_mean_metric("bleu"); });
}

// By hand: scores 1, 0 and 1, of which the second counts twice and the third not at all.
TEST(Metrics, OfMeansHaveAValueUnderWeights) {
  MetricRows rows;
  for (const double score : {1.0, 0.0, 1.0}) rows.add(std::vector{score});
  const auto metric = make_metric("top1");
  EXPECT_DOUBLE_EQ(metric->value(rows), 2.0 / 3);
  EXPECT_DOUBLE_EQ(metric->weighted(rows)(std::vector<std::uint32_t>{1, 2, 0}), 1.0 / 3);
}

TEST(Metrics, AggregateToTheMean) {
  EXPECT_DOUBLE_EQ(make_mean_metric("top1")->aggregate(std::vector<double>{1, 0, 1, 1}), 0.75);
  expect_error(ErrorCode::invalid_data, "metric 'mse' has no samples", [] { make_mean_metric("mse")->aggregate({}); });
}

}  // namespace
}  // namespace halftone

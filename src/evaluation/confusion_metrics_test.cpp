#include <gtest/gtest.h>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

/// Samples of two classes as counts of what became of them.
MetricFixture counted(const std::string& metric, int true_positives, int false_positives, int false_negatives,
                      int true_negatives) {
  MetricFixture fixture(metric);
  for (int i = 0; i < true_positives; ++i) fixture.labelled({0.1F, 0.9F}, 1);
  for (int i = 0; i < false_positives; ++i) fixture.labelled({0.1F, 0.9F}, 0);
  for (int i = 0; i < false_negatives; ++i) fixture.labelled({0.9F, 0.1F}, 1);
  for (int i = 0; i < true_negatives; ++i) fixture.labelled({0.9F, 0.1F}, 0);
  return fixture;
}

/// The example in scikit-learn's documentation of precision_score, recall_score and f1_score: labels 0 1 2 0 1 2,
/// predictions 0 2 1 0 0 1.
MetricFixture documented(const std::string& metric) {
  MetricFixture fixture(metric);
  const std::vector<std::pair<std::int64_t, std::size_t>> pairs{{0, 0}, {1, 2}, {2, 1}, {0, 0}, {1, 0}, {2, 1}};
  for (const auto& [label, predicted] : pairs) {
    std::vector<float> row(3);
    row[predicted] = 1;
    fixture.labelled(row, label);
  }
  return fixture;
}

// By hand: 3 / (3 + 1), 3 / (3 + 2), 2 · 3 / (2 · 3 + 1 + 2).
TEST(ConfusionMetrics, OfTwoClassesAreThoseOfClassOne) {
  EXPECT_DOUBLE_EQ(counted("precision", 3, 1, 2, 4).value(), 0.75);
  EXPECT_DOUBLE_EQ(counted("recall", 3, 1, 2, 4).value(), 0.6);
  EXPECT_DOUBLE_EQ(counted("f1", 3, 1, 2, 4).value(), 6.0 / 9);
}

// The documentation prints 0.22…, 0.33… and 0.26…: 2/9, 1/3, 4/15.
TEST(ConfusionMetrics, OfSeveralClassesAreTheMeanOverThem) {
  EXPECT_DOUBLE_EQ(documented("precision_macro").value(), 2.0 / 9);
  EXPECT_DOUBLE_EQ(documented("recall_macro").value(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(documented("f1_macro").value(), 4.0 / 15);
}

// By hand: class 0 is right once of 2 predicted and 2 labelled, class 1 once of 1 and 2; class 4 is only predicted.
TEST(ConfusionMetrics, LeaveClassesOutThatAreNeitherLabelledNorPredicted) {
  MetricFixture fixture("f1_macro");
  fixture.labelled({1, 0, 0, 0, 0}, 0).labelled({0, 0, 0, 0, 1}, 0).labelled({1, 0, 0, 0, 0}, 1);
  fixture.labelled({0, 1, 0, 0, 0}, 1);
  EXPECT_DOUBLE_EQ(fixture.value(), (0.5 + 2.0 / 3 + 0) / 3);
}

TEST(ConfusionMetrics, ReadAProbabilityAsAClass) {
  MetricFixture fixture("f1");
  fixture.labelled({0.7F}, 1).labelled({0.2F}, 0).labelled({0.5F}, 1);
  EXPECT_DOUBLE_EQ(fixture.value(), 2.0 / 3);
}

TEST(ConfusionMetrics, CountASampleAsOftenAsItIsDrawn) {
  const MetricFixture fixture = counted("f1", 1, 1, 1, 1);
  EXPECT_DOUBLE_EQ(fixture.value({3, 1, 2, 0}), counted("f1", 3, 1, 2, 0).value());
}

TEST(ConfusionMetrics, AreZeroWhereClassOneIsNeverPredicted) {
  EXPECT_EQ(counted("precision", 0, 0, 3, 3).value(), 0);
  EXPECT_EQ(counted("f1", 0, 0, 3, 3).value(), 0);
}

TEST(ConfusionMetrics, RefuseSamplesWithoutClassOne) {
  expect_error(ErrorCode::invalid_data, "no sample is labelled 1", [] { counted("recall", 0, 2, 0, 2).value(); });
  expect_error(ErrorCode::invalid_data, "has no samples", [] { counted("f1", 0, 0, 0, 0).value(); });
}

TEST(ConfusionMetrics, RefuseMoreClassesThanTwoUnlessMacro) {
  expect_error(ErrorCode::invalid_data, "take 'f1_macro'", [] { MetricFixture("f1").labelled({1, 2, 3}, 1); });
  expect_error(ErrorCode::invalid_data, "label 3 is not one of the 3 classes", [] {
    MetricFixture("f1_macro").labelled({1, 2, 3}, 3);
  });
}

TEST(ConfusionMetrics, AreBetterHigher) {
  for (const char* name : {"precision", "recall", "f1", "precision_macro", "recall_macro", "f1_macro"}) {
    EXPECT_TRUE(make_metric(name)->higher_is_better());
    EXPECT_EQ(make_metric(name)->name(), name);
    EXPECT_EQ(make_metric(name)->as_mean(), nullptr);
  }
}

}  // namespace
}  // namespace halftone

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

/// The example in scikit-learn's documentation of mean_absolute_error, mean_squared_error and
/// root_mean_squared_error, which give 0.5, 0.375 and 0.612….
MetricFixture documented(const std::string& metric) {
  MetricFixture fixture(metric);
  fixture.targeted(2.5F, 3).targeted(0, -0.5).targeted(2, 2).targeted(8, 7);
  return fixture;
}

TEST(RegressionMetrics, AreMeasuredFromTheTarget) {
  EXPECT_DOUBLE_EQ(documented("mae").value(), 0.5);
  EXPECT_DOUBLE_EQ(documented("mse_to_target").value(), 0.375);
  EXPECT_DOUBLE_EQ(documented("rmse").value(), std::sqrt(0.375));
}

TEST(RegressionMetrics, AreBetterLower) {
  for (const char* name : {"mae", "mse_to_target", "rmse"}) {
    EXPECT_FALSE(make_metric(name)->higher_is_better());
    EXPECT_EQ(make_metric(name)->truth(), Truth::target);
  }
  EXPECT_NE(make_metric("mae")->as_mean(), nullptr);
  EXPECT_EQ(make_metric("rmse")->as_mean(), nullptr);
}

// By hand: errors 1, 3 | 2. The mean of the samples' means is (2 + 2) / 2, the root of all squares sqrt(14 / 3).
TEST(RegressionMetrics, TakeSamplesOfSeveralValues) {
  const auto fill = [](MetricFixture& fixture) {
    fixture.targeted(floats({1, 3}, {2}), floats({0, 0}, {2, 1})).targeted(floats({2}, {1}), longs({4}, {1}));
    return fixture.value();
  };
  MetricFixture mae("mae");
  EXPECT_DOUBLE_EQ(fill(mae), 2);
  MetricFixture rmse("rmse");
  EXPECT_DOUBLE_EQ(fill(rmse), std::sqrt(14.0 / 3));
  EXPECT_DOUBLE_EQ(rmse.value({1, 3}), std::sqrt((10.0 + 3 * 4) / 5));
}

TEST(RegressionMetrics, KeepTheDigitsOfDoubles) {
  MetricFixture fixture("mae");
  fixture.targeted(0, 1e-9);
  EXPECT_DOUBLE_EQ(fixture.value(), 1e-9);
}

TEST(RegressionMetrics, RefuseWhatDoesNotFit) {
  expect_error(ErrorCode::invalid_data, "the output has 2 values a sample, the target 1", [] {
    MetricFixture("mae").targeted(floats({1, 2}, {2}), floats({1}, {1}));
  });
  expect_error(ErrorCode::invalid_data, "the target is not finite at index 0",
               [] { MetricFixture("rmse").targeted(1, std::numeric_limits<double>::quiet_NaN()); });
  expect_error(ErrorCode::invalid_data, "has NaN at index 0",
               [] { MetricFixture("rmse").targeted(std::numeric_limits<float>::quiet_NaN(), 1); });
  expect_error(ErrorCode::invalid_data, "has no target", [] { MetricFixture("mae").labelled({1}, 1); });
}

}  // namespace
}  // namespace halftone

#include "verbs/expectation.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(Expectation, ToleratesADifferenceUpToTheTolerance) {
  const ExpectedMetric expected{"top1", 0.76, 0.01};
  EXPECT_NO_THROW(require_expected(expected, {0.77, 0, 1}));
  EXPECT_NO_THROW(require_expected(expected, {0.75, 0, 1}));
  EXPECT_THROW(require_expected(expected, {0.74, 0, 1}), Error);
}

TEST(Expectation, WithoutToleranceTakesTheIntervalOfTheMetric) {
  const ExpectedMetric expected{"top1", 0.76, std::nullopt};
  EXPECT_NO_THROW(require_expected(expected, {0.70, 0.6, 0.8}));
  EXPECT_THROW(require_expected(expected, {0.70, 0.65, 0.75}), Error);
}

TEST(Expectation, NeedsDataAndAMetricThatIsMeasured) {
  Config::Evaluation evaluation;
  EXPECT_NO_THROW(require_expectable(evaluation));
  evaluation.expect = "top1=0.5";
  EXPECT_THROW(require_expectable(evaluation), Error);
  evaluation.data = "npz:d.npz";
  EXPECT_NO_THROW(require_expectable(evaluation));
  EXPECT_THROW(require_expectation("top5=0.5", {{"top1", {0.5, 0.4, 0.6}}}), Error);
  EXPECT_NO_THROW(require_expectation("top1=0.5", {{"top1", {0.5, 0.4, 0.6}}}));
}

}  // namespace
}  // namespace halftone

#include "verbs/expectation.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(Expectation, ReadsBothSpellingsOfATolerance) {
  for (const char* text : {"top1=0.76±0.01", "top1=0.76+-0.01"}) {
    const Expectation expected = parse_expectation(text);
    EXPECT_EQ(expected.metric, "top1");
    EXPECT_DOUBLE_EQ(expected.value, 0.76);
    EXPECT_DOUBLE_EQ(expected.tolerance.value(), 0.01);
  }
  EXPECT_FALSE(parse_expectation("top1=0.76").tolerance);
}

TEST(Expectation, RefusesWhatItCannotRead) {
  for (const char* text :
       {"", "top1", "=0.7", "top1=", "top1=x", "top1=0.7±", "top1=0.7±-1", "top1=0.7 ", "top1=nan"}) {
    EXPECT_THROW(parse_expectation(text), Error) << text;
  }
}

TEST(Expectation, ToleratesADifferenceUpToTheTolerance) {
  const Expectation expected{"top1", 0.76, 0.01};
  EXPECT_NO_THROW(require_expected(expected, {0.77, 0, 1}));
  EXPECT_NO_THROW(require_expected(expected, {0.75, 0, 1}));
  EXPECT_THROW(require_expected(expected, {0.74, 0, 1}), Error);
}

TEST(Expectation, WithoutToleranceTakesTheIntervalOfTheMetric) {
  const Expectation expected{"top1", 0.76, std::nullopt};
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

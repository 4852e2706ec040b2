#include "configuration/expected_metric.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(ExpectedMetric, ReadsValueAndTolerance) {
  for (const char* text : {"top1=0.76±0.01", "top1=0.76+-0.01"}) {
    const ExpectedMetric expected = parse_expected_metric(text);
    EXPECT_EQ(expected.metric, "top1");
    EXPECT_DOUBLE_EQ(expected.value, 0.76);
    ASSERT_TRUE(expected.tolerance.has_value());
    EXPECT_DOUBLE_EQ(*expected.tolerance, 0.01);
  }
}

TEST(ExpectedMetric, DoesWithoutTolerance) {
  const ExpectedMetric expected = parse_expected_metric("mse=-1e-3");
  EXPECT_DOUBLE_EQ(expected.value, -1e-3);
  EXPECT_FALSE(expected.tolerance.has_value());
}

TEST(ExpectedMetric, RefusesWhatIsNone) {
  for (const char* text : {"", "top1", "=0.7", "top1=", "top1=x", "top1=0.7±", "top1=0.7±-1", "top1=0.7±0.1±0.1",
                           "top1=nan", "top1=0.76 ± 0.01"}) {
    EXPECT_THROW(parse_expected_metric(text), Error) << text;
  }
}

}  // namespace
}  // namespace halftone

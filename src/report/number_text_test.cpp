#include "report/number_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace halftone {
namespace {

TEST(NumberText, MillisecondsKeepThreeDigits) {
  EXPECT_EQ(milliseconds(0.4123), "0.412 ms");
  EXPECT_EQ(milliseconds(0.01234), "12.3 µs");
  EXPECT_EQ(milliseconds(6.031), "6.03 ms");
  EXPECT_EQ(milliseconds(123.44), "123.4 ms");
  EXPECT_EQ(milliseconds(12'345), "12.3 s");
  EXPECT_EQ(milliseconds(std::nan("")), "-");
}

TEST(NumberText, BytesAreDecimal) {
  EXPECT_EQ(bytes(0), "0 B");
  EXPECT_EQ(bytes(999), "999 B");
  EXPECT_EQ(bytes(5'002'999), "5.00 MB");
  EXPECT_EQ(bytes(26'454), "26.5 kB");
  EXPECT_EQ(bytes(999'950), "1.00 MB");
  EXPECT_EQ(bytes(2.28e9), "2.28 GB");
}

TEST(NumberText, DurationsGrowInUnits) {
  EXPECT_EQ(duration(3.21), "3.2 s");
  EXPECT_EQ(duration(125), "2 min 05 s");
  EXPECT_EQ(duration(3'780), "1 h 03 min");
  EXPECT_EQ(duration(-1), "-");
  EXPECT_EQ(duration(INFINITY), "-");
}

TEST(NumberText, CountsAreGroupedAndNamed) {
  EXPECT_EQ(grouped(7), "7");
  EXPECT_EQ(grouped(1'248'424), "1,248,424");
  EXPECT_EQ(grouped(100), "100");
  EXPECT_EQ(counted(1, "op"), "1 op");
  EXPECT_EQ(counted(1'000, "op"), "1,000 ops");
}

TEST(NumberText, ZeroHasNoSign) {
  EXPECT_EQ(fixed_signed(-0.0001, 2), "0.00");
  EXPECT_EQ(fixed_signed(0.5, 2), "+0.50");
  EXPECT_EQ(fixed_signed(-0.5, 2), "-0.50");
}

TEST(NumberText, FractionsAreWrittenInPercentAndPoints) {
  for (const char* metric : {"top1", "top5", "top20", "accuracy", "agreement", "f1_macro", "auc", "miou", "map_coco"}) {
    const MetricText text(metric);
    EXPECT_EQ(text.value(0.656), "65.60 %") << metric;
    EXPECT_EQ(text.difference(-0.004), "-0.40 pt") << metric;
    EXPECT_EQ(text.difference_range(-0.0163, 0.0083), "-1.63 … +0.83") << metric;
  }
}

TEST(NumberText, OtherMetricsKeepTheirUnits) {
  EXPECT_EQ(MetricText("sqnr").value(31.4159), "31.42 dB");
  EXPECT_EQ(MetricText("cosine").value(0.9987654), "0.99877");
  EXPECT_EQ(MetricText("mse").value(1.5e-5), "1.5e-05");
  EXPECT_EQ(MetricText("topless").value(0.5), "0.5");
}

}  // namespace
}  // namespace halftone

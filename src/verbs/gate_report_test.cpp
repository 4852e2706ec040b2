#include "verbs/gate_report.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(GateReport, HasNoVerdictWithoutAGate) {
  const GateReport report = judge(Config{}, {}, 0, std::nullopt);
  EXPECT_TRUE(report.verdict_json().is_null());
  EXPECT_TRUE(report.gate.is_null());
}

TEST(GateReport, JudgesTheFirstMetricAndTheSpeed) {
  Config config;
  config.accuracy.max_drop = "1pt";
  config.min_speedup = 2;
  MetricComparison metric;
  metric.name = "top1";
  metric.baseline = Estimate{0.8, 0.7, 0.9};
  metric.delta = Estimate{-0.005, -0.02, 0.01};
  PairedLatency latency;
  latency.ratio = {0.625, 0.5625, 0.75};
  const GateReport report = judge(config, {metric}, 100, latency);
  EXPECT_EQ(report.gate["accuracy"]["verdict"], "met");
  EXPECT_EQ(report.gate["accuracy"]["metric"], "top1");
  EXPECT_EQ(report.gate["speed"]["verdict"], "not_met");  // 1.6 times as fast
  EXPECT_EQ(report.verdict, Verdict::not_met);
}

TEST(GateReport, JudgesEachMetricThatHasALossOfItsOwn) {
  Config config;
  config.accuracy.max_drop = "top1=1pt,top5=0.1pt";
  MetricComparison top1;
  top1.name = "top1";
  top1.baseline = Estimate{0.8, 0.7, 0.9};
  top1.delta = Estimate{-0.005, -0.02, 0.01};
  MetricComparison top5 = top1;
  top5.name = "top5";
  const GateReport report = judge(config, {top5, top1}, 100, std::nullopt);
  EXPECT_EQ(report.gate["accuracy"]["metric"], "top1");
  EXPECT_EQ(report.gate["accuracy"]["verdict"], "met");
  EXPECT_EQ(report.gate["metrics"][1]["verdict"], "not_met");
  EXPECT_EQ(report.verdict, Verdict::not_met);
  config.accuracy.max_drop = "top2=1pt";
  EXPECT_THROW(judge(config, {top5, top1}, 100, std::nullopt), Error);
}

TEST(GateReport, RefusesALossOfAMetricTheFloatModelDoesNotHave) {
  Config config;
  config.accuracy.max_drop = "1pt";
  MetricComparison metric;
  metric.name = "sqnr";
  EXPECT_THROW(judge(config, {metric}, 100, std::nullopt), Error);
}

TEST(GateReport, NeedsDataForAToleratedLoss) {
  Config config;
  EXPECT_NO_THROW(require_judgeable(config, false));
  config.accuracy.max_drop = "1pt";
  EXPECT_NO_THROW(require_judgeable(config, true));
  EXPECT_THROW(require_judgeable(config, false), Error);
  config.accuracy.max_drop = "one";
  EXPECT_THROW(require_judgeable(config, true), Error);
}

}  // namespace
}  // namespace halftone

#include "evaluation/latency.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "evaluation/expect_error.h"

namespace halftone {
namespace {

constexpr double kNoTime = 1e-12;
constexpr double kMuchTime = 1e6;

/// Writes down who was called.
struct Calls {
  std::string order;
  Invoke by(char name) {
    return [this, name] { order += name; };
  }
};

/// Counts what it is told, and stops the work after so many steps.
class CountingProgress final : public Progress {
 public:
  explicit CountingProgress(std::uint64_t stop_after = ~0ULL) : stop_after_(stop_after) {}
  void begin(std::string_view, std::uint64_t total) override { total_ = total; }
  void advance(std::uint64_t steps) override {
    done_ += steps;
    if (done_ >= stop_after_) throw Error(ErrorCode::interrupted, "stopped");
  }
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view) override {}

  std::uint64_t total() const { return total_; }
  std::uint64_t done() const { return done_; }

 private:
  std::uint64_t stop_after_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
};

TEST(LatencySummary, HasPercentilesBetweenOrderStatistics) {
  // 1, 2, …, 11 in some order: percentile p lies at 1 + p / 10.
  const LatencySummary summary = summarize({11, 1, 7, 3, 9, 5, 2, 10, 4, 8, 6});
  EXPECT_EQ(summary.min, 1);
  EXPECT_DOUBLE_EQ(summary.p50, 6);
  EXPECT_DOUBLE_EQ(summary.p90, 10);
  EXPECT_DOUBLE_EQ(summary.p99, 10.9);
  EXPECT_DOUBLE_EQ(summary.mean, 6);
}

TEST(LatencySummary, OfOneRunIsThatRun) { EXPECT_EQ(summarize({2.5}), (LatencySummary{2.5, 2.5, 2.5, 2.5, 2.5})); }

TEST(LatencySummary, OfNoRunsIsAnError) {
  expect_error(ErrorCode::invalid_data, "no latencies", [] { summarize({}); });
}

TEST(MeasureLatency, RunsTheWarmUpAndThenWhatItTimes) {
  Calls calls;
  const LatencyOptions options{.warmup = 3, .runs = 7, .max_seconds = kMuchTime};
  const std::vector<double> milliseconds = measure_latency(calls.by('a'), options, silent_progress());
  EXPECT_EQ(calls.order.size(), 10U);
  ASSERT_EQ(milliseconds.size(), 7U);
  for (const double value : milliseconds) EXPECT_GT(value, 0);
}

TEST(MeasureLatency, StopsAfterOneWarmUpAndFiveRunsWhenTheTimeIsOver) {
  Calls calls;
  const LatencyOptions options{.warmup = 50, .runs = 100, .max_seconds = kNoTime};
  EXPECT_EQ(measure_latency(calls.by('a'), options, silent_progress()).size(), 5U);
  EXPECT_EQ(calls.order.size(), 6U);
}

TEST(MeasureLatency, GoesWithoutWarmUpWhereNoneIsAskedFor) {
  Calls calls;
  measure_latency(calls.by('a'), {.warmup = 0, .runs = 2, .max_seconds = kNoTime}, silent_progress());
  EXPECT_EQ(calls.order, "aa");
}

TEST(MeasureLatency, TellsProgressOfEveryRun) {
  CountingProgress progress;
  measure_latency([] {}, {.warmup = 2, .runs = 6, .max_seconds = kMuchTime}, progress);
  EXPECT_EQ(progress.total(), 8U);
  EXPECT_EQ(progress.done(), 8U);
}

TEST(MeasureLatency, EndsWhereTheUserStops) {
  Calls calls;
  CountingProgress progress(4);
  expect_error(ErrorCode::interrupted, "stopped",
               [&] { measure_latency(calls.by('a'), {.warmup = 2, .runs = 6, .max_seconds = kMuchTime}, progress); });
  EXPECT_EQ(calls.order, "aaaa");
}

TEST(MeasureLatency, PassesOnWhatARunThrows) {
  const Invoke broken = [] { throw std::runtime_error("broken"); };
  EXPECT_THROW(measure_latency(broken, {}, silent_progress()), std::runtime_error);
}

TEST(MeasureLatency, RefusesOptionsOutOfRange) {
  const auto with = [](LatencyOptions options) {
    return [options] { measure_latency([] { FAIL() << "must not run"; }, options, silent_progress()); };
  };
  expect_error(ErrorCode::invalid_argument, "warm-up of -1", with({.warmup = -1}));
  expect_error(ErrorCode::invalid_argument, "0 runs", with({.runs = 0}));
  expect_error(ErrorCode::invalid_argument, "seconds", with({.max_seconds = 0}));
  expect_error(ErrorCode::invalid_argument, "seconds", with({.max_seconds = std::nan("")}));
}

TEST(MeasurePaired, AlternatesWhoComesFirst) {
  Calls calls;
  const LatencyOptions options{.warmup = 2, .runs = 6, .max_seconds = kMuchTime};
  const PairedLatency result = measure_paired(calls.by('a'), calls.by('b'), options, silent_progress());
  EXPECT_EQ(calls.order,
            "abab"
            "abba"
            "abba"
            "abba");
  EXPECT_EQ(result.pairs, 6);
}

TEST(MeasurePaired, StopsWithAsManyPairsAsTheIntervalNeedsWhenTheTimeIsOver) {
  LatencyOptions options{.warmup = 0, .runs = 1000, .max_seconds = kNoTime};
  const auto pairs_at = [&](double confidence) {
    options.confidence = confidence;
    return measure_paired([] {}, [] {}, options, silent_progress()).pairs;
  };
  EXPECT_EQ(pairs_at(0.5), 5);
  EXPECT_EQ(pairs_at(0.9), 5);
  EXPECT_EQ(pairs_at(0.95), 6);
  EXPECT_EQ(pairs_at(0.99), 8);
}

TEST(MeasurePaired, SummarizesBothSidesAndTheirRatio) {
  const PairedLatency result =
      measure_paired([] {}, [] {}, {.warmup = 1, .runs = 20, .max_seconds = kMuchTime}, silent_progress());
  EXPECT_GT(result.a.min, 0);
  EXPECT_GT(result.b.min, 0);
  EXPECT_GT(result.ratio.low, 0);
  EXPECT_LE(result.ratio.low, result.ratio.value);
  EXPECT_LE(result.ratio.value, result.ratio.high);
  EXPECT_TRUE(std::isfinite(result.ratio.high));
}

TEST(MeasurePaired, MeasuresNoMorePairsThanAskedForThoughTheRatioStaysUnbounded) {
  const PairedLatency result =
      measure_paired([] {}, [] {}, {.warmup = 0, .runs = 2, .max_seconds = kMuchTime}, silent_progress());
  EXPECT_EQ(result.pairs, 2);
  EXPECT_EQ(result.ratio.low, 0);
  EXPECT_TRUE(std::isinf(result.ratio.high));
}

TEST(MeasurePaired, RefusesAConfidenceOutOfRangeBeforeItRuns) {
  const Invoke never = [] { FAIL() << "must not run"; };
  expect_error(ErrorCode::invalid_argument, "confidence 95",
               [&] { measure_paired(never, never, {.confidence = 95}, silent_progress()); });
}

}  // namespace
}  // namespace halftone

#include "evaluation/latency.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

#include "evaluation/distributions.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr int kMinRuns = 5;

using Clock = std::chrono::steady_clock;

double time_of(const Invoke& invoke) {
  const auto start = Clock::now();
  invoke();
  // What ends within one tick took one: a ratio of latencies needs positive ones.
  const auto elapsed = std::max(Clock::now() - start, Clock::duration(1));
  return std::chrono::duration<double, std::milli>(elapsed).count();
}

void require_valid(const LatencyOptions& options) {
  if (options.warmup < 0) {
    throw Error(ErrorCode::invalid_argument, "warm-up of " + std::to_string(options.warmup) + " runs",
                "give 0 or more");
  }
  if (options.runs < 1) {
    throw Error(ErrorCode::invalid_argument, std::to_string(options.runs) + " runs to measure", "give 1 or more");
  }
  if (!(options.max_seconds > 0)) {
    throw Error(ErrorCode::invalid_argument,
                "measuring for at most " + std::to_string(options.max_seconds) + " seconds", "give a positive time");
  }
}

/// Warm-up and timed steps in their stage. A step is a run or a pair; the warm-up is cut short, but not left out, when
/// the time is over.
template <typename Warm, typename Timed>
void repeat(const LatencyOptions& options, int at_least, Progress& progress, const Warm& warm, const Timed& timed) {
  Stage stage(progress, "Measure latency", static_cast<std::uint64_t>(options.warmup) + options.runs);
  const auto over = [&] { return stage.seconds() > options.max_seconds; };
  for (int i = 0; i < options.warmup && (i == 0 || !over()); ++i) {
    warm();
    stage.advance();
  }
  for (int i = 0; i < options.runs && (i < at_least || !over()); ++i) {
    timed(i);
    stage.advance();
  }
}

/// Pairs without which there is no interval of the ratio.
int pairs_needed(double confidence) {
  const double tail = tail_of(confidence);
  int pairs = kMinRuns;
  while (median_bound_rank(static_cast<std::size_t>(pairs), tail) == 0) ++pairs;
  return pairs;
}

/// `sorted` must not be empty.
double percentile(const std::vector<double>& sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

LatencySummary summarize(std::vector<double> milliseconds) {
  if (milliseconds.empty()) throw Error(ErrorCode::invalid_data, "no latencies were measured");
  std::sort(milliseconds.begin(), milliseconds.end());
  const double sum = std::accumulate(milliseconds.begin(), milliseconds.end(), 0.0);
  return {milliseconds.front(), percentile(milliseconds, 0.5), percentile(milliseconds, 0.9),
          percentile(milliseconds, 0.99), sum / static_cast<double>(milliseconds.size())};
}

std::vector<double> measure_latency(const Invoke& invoke, const LatencyOptions& options, Progress& progress) {
  require_valid(options);
  std::vector<double> milliseconds;
  repeat(options, kMinRuns, progress, invoke, [&](int) { milliseconds.push_back(time_of(invoke)); });
  return milliseconds;
}

PairedLatency measure_paired(const Invoke& a, const Invoke& b, const LatencyOptions& options, Progress& progress) {
  require_valid(options);
  std::vector<double> of_a;
  std::vector<double> of_b;
  const auto warm = [&] {
    a();
    b();
  };
  const auto timed = [&](int pair) {
    const bool a_first = pair % 2 == 0;
    if (a_first) of_a.push_back(time_of(a));
    of_b.push_back(time_of(b));
    if (!a_first) of_a.push_back(time_of(a));
  };
  repeat(options, pairs_needed(options.confidence), progress, warm, timed);
  const Estimate ratio = paired_ratio_interval(of_b, of_a, options.confidence);
  return {summarize(of_a), summarize(of_b), ratio, static_cast<int>(of_a.size())};
}

}  // namespace halftone

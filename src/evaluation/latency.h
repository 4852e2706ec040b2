#pragma once

#include <functional>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/evaluation.h"
#include "halftone/progress.h"

namespace halftone {

/// Latencies of runs, in milliseconds. Percentiles lie linearly between order statistics (R. J. Hyndman, Y. Fan,
/// "Sample quantiles in statistical packages", The American Statistician 50 (1996), type 7).
struct LatencySummary {
  double min = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double mean = 0;
  friend bool operator==(const LatencySummary&, const LatencySummary&) = default;
};

/// Throws invalid_data where there are none.
LatencySummary summarize(std::vector<double> milliseconds);

struct LatencyOptions {
  int warmup = 5;            ///< runs (of each side) that are not counted; >= 0
  int runs = 100;            ///< runs, or pairs of runs, at the most; >= 1
  double max_seconds = 10;   ///< no further run begins after this time, warm-up included, once there are enough; > 0
  double confidence = 0.95;  ///< of the interval of the ratio; between 0 and 1
};

struct PairedLatency {
  LatencySummary a;
  LatencySummary b;
  Estimate ratio;  ///< median of b / a within the pairs, see paired_ratio_interval()
  int pairs = 0;
};

/// One run of what is measured.
using Invoke = std::function<void()>;

/// Milliseconds of each run by the steady clock, in order. Stops early when the time is over, after 5 runs at the least
/// (or options.runs, if that is less). Throws invalid_argument for options out of range; what `invoke` throws passes.
std::vector<double> measure_latency(const Invoke& invoke, const LatencyOptions& options, Progress& progress);

/// Runs both in the same moments: a b, b a, a b, … so that neither profits from coming second. Stops early when the
/// time is over, once there are 5 pairs and as many as the interval of the ratio needs (6 at 0.95, or options.runs).
PairedLatency measure_paired(const Invoke& a, const Invoke& b, const LatencyOptions& options, Progress& progress);

inline std::vector<double> measure_latency(const Session& session, const NamedTensors& inputs,
                                           const LatencyOptions& options, Progress& progress) {
  return measure_latency([&] { session.run(inputs); }, options, progress);
}

inline PairedLatency measure_paired(const Session& a, const NamedTensors& inputs_of_a, const Session& b,
                                    const NamedTensors& inputs_of_b, const LatencyOptions& options,
                                    Progress& progress) {
  return measure_paired([&] { a.run(inputs_of_a); }, [&] { b.run(inputs_of_b); }, options, progress);
}

}  // namespace halftone

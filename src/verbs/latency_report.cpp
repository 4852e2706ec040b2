#include "verbs/latency_report.h"

#include <cstdio>
#include <string>

namespace halftone {

Json json_of(const LatencySummary& latency) {
  return {{"min", json_of(latency.min)},
          {"p50", json_of(latency.p50)},
          {"p90", json_of(latency.p90)},
          {"p99", json_of(latency.p99)},
          {"mean", json_of(latency.mean)}};
}

Json ratio_json(const Estimate& ratio) {
  return {{"p50", json_of(ratio.value)}, {"low", json_of(ratio.low)}, {"high", json_of(ratio.high)}};
}

void warn_of_unsteady_latency(const LatencySummary& latency, Progress& progress) {
  if (latency.p50 <= 2 * latency.min) return;
  char numbers[80];
  std::snprintf(numbers, sizeof numbers, "median %.3g ms, minimum %.3g ms", latency.p50, latency.min);
  progress.warn(std::string("latencies are unsteady (") + numbers +
                "): is the machine busy? Measure again when it is quiet, or with fewer --threads");
}

}  // namespace halftone

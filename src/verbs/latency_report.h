#pragma once

#include "evaluation/latency.h"
#include "halftone/progress.h"
#include "report/json_values.h"

namespace halftone {

/// {"min", "p50", "p90", "p99", "mean"} in milliseconds.
Json json_of(const LatencySummary& latency);
/// {"p50", "low", "high"} of the measured model's latency over that of the one it is compared with.
Json ratio_json(const Estimate& ratio);

/// Warns where a median is more than twice the minimum: other work takes the processor away, from longer runs more
/// often than from short ones, so that a ratio measured then says little about a quiet machine.
void warn_of_unsteady_latency(const LatencySummary& latency, Progress& progress);

}  // namespace halftone

#pragma once

#include "halftone/tuning.h"
#include "report/json_values.h"

namespace halftone {

/// {"samples", "stopped_early", "metrics": {NAME: M}, "deltas": {NAME: M}, "latency_ms", "latency_ratio", "size_bytes",
/// "peak_memory_bytes", "ops": {"total", "quantized"}, "conversions", "seconds"}.
Json json_of(const TrialMeasurement& measured);
/// What json_of() wrote, to the last bit; open ends of intervals, null in JSON, are infinite again. Throws
/// invalid_data.
TrialMeasurement parse_measurement(const Json& json);

/// One line of a history: {"trial", "stage", "changes", "units": {NAME: index of its choice; float ones are left out},
/// and json_of(measured), or "error"}.
Json trial_line(const Trial& trial, const TuningSpace& space);
/// The trial of a line, as far as it was measured: it is to be judged again. Throws invalid_data.
Trial parse_trial_line(const Json& line, const TuningSpace& space);

/// {"sensitivity", "units", "values": {UNIT: number}}.
Json sensitivity_line(Sensitivity measure, const TuneConfig& config, const std::map<std::string, double>& values,
                      const TuningSpace& space);

/// The configuration that "units" of a line stands for.
TuneConfig parse_units(const Json& units, const TuningSpace& space);

/// Every choice of every unit, hashed: indices mean the same in spaces that have the same.
std::string space_sha256(const TuningSpace& space);

}  // namespace halftone

#pragma once

#include <optional>
#include <vector>

#include "configuration/config.h"
#include "evaluation/gate.h"
#include "evaluation/latency.h"
#include "halftone/progress.h"
#include "report/json_values.h"
#include "verbs/model_comparison.h"

namespace halftone {

/// What became of the gates a configuration sets.
struct GateReport {
  std::optional<Verdict> verdict;  ///< absent where no gate is set
  std::optional<std::uint64_t> samples_needed;
  Json gate = nullptr;  ///< what was asked, what the limits are, and each gate's own verdict

  Json verdict_json() const;
  Json samples_needed_json() const;
};

/// Throws configuration where a gate cannot be read, or is set without what it is judged by.
void require_judgeable(const Config& config, bool has_evaluation_data);

/// Judges the first metric by max_drop, or each that it names, and the speed by min_speedup. `latency` is paired, a the
/// model compared with, b the one judged. Both may be empty where no gate needs them. Throws configuration for a metric
/// that has no baseline.
GateReport judge(const Config& config, const std::vector<MetricComparison>& comparisons, std::uint64_t samples,
                 const std::optional<PairedLatency>& latency);

/// The configuration without a gate that a verb cannot judge, of which the user is warned.
Config without_speed_gate(Config config, Progress& progress);
Config without_accuracy_gate(Config config, Progress& progress);

}  // namespace halftone

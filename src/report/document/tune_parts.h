#pragma once

#include <optional>

#include "report/document/document.h"
#include "report/result_phrases.h"

namespace halftone::report {

/// The trial that was chosen, or null.
const Json* best_trial(const Json& result);
/// From a trial's "latency_ratio", its latency over float's.
std::optional<Speedup> trial_speedup(const Json& trial);

/// Accuracy against latency and against size, each trial a point, and all of them as a table.
Section trials_section(const Json& result);
/// What was chosen for each quantization unit.
Section units_section(const Json& result);
/// How much error each op causes by itself.
Section sensitivity_section(const Json& result);

}  // namespace halftone::report

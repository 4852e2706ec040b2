#pragma once

#include <string>
#include <vector>

#include "configuration/config.h"
#include "configuration/expected_metric.h"
#include "halftone/evaluation.h"
#include "verbs/model_comparison.h"

namespace halftone {

/// Throws invalid_data when a measured metric is not what was expected.
void require_expected(const ExpectedMetric& expected, const Estimate& measured);

/// Throws where an expectation is set that cannot be read (invalid_argument), or has neither evaluation data nor a
/// judge of saved models (configuration).
void require_expectable(const Config::Evaluation& evaluation, bool has_judge = false);
/// Does nothing where `text` is empty. Throws invalid_data when the float model misses the expectation, configuration
/// when its metric is not among those measured.
void require_expectation(const std::string& text, const std::vector<MetricEstimate>& measured);

}  // namespace halftone

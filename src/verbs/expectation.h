#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/config.h"
#include "halftone/evaluation.h"
#include "verbs/model_comparison.h"

namespace halftone {

/// What the float model must reach before any work is done on it.
struct Expectation {
  std::string metric;
  double value = 0;
  std::optional<double> tolerance;  ///< absent: the metric's confidence interval must hold the value
};

/// "top1=0.76±0.01", "top1=0.76+-0.01" or "top1=0.76". Throws configuration.
Expectation parse_expectation(std::string_view text);

/// Throws invalid_data when a measured metric is not what was expected.
void require_expected(const Expectation& expected, const Estimate& measured);

/// Throws configuration when an expectation is set that cannot be read or has no evaluation data.
void require_expectable(const Config::Evaluation& evaluation);
/// Does nothing where `text` is empty. Throws invalid_data when the float model misses the expectation, configuration
/// when its metric is not among those measured.
void require_expectation(const std::string& text, const std::vector<MetricEstimate>& measured);

}  // namespace halftone

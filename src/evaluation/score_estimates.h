#pragma once

#include <span>
#include <string>

#include "halftone/evaluation.h"

namespace halftone {

// Intervals of means of scores, for a metric of that name. Binary scores are 0 or 1; others throw invalid_data.

/// Wilson's interval for binary scores, Student's for others.
Estimate estimate_mean(const std::string& metric, std::span<const double> scores, bool is_binary, double confidence);
/// Tango's interval of the paired difference for binary scores, Student's of the differences for others. Throws
/// invalid_argument where the numbers of scores differ.
Estimate estimate_mean_delta(const std::string& metric, std::span<const double> baseline,
                             std::span<const double> candidate, bool is_binary, double confidence);

}  // namespace halftone

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace halftone {

/// What the float model must reach before any work is done on it.
struct ExpectedMetric {
  std::string metric;
  double value = 0;
  std::optional<double> tolerance;  ///< absent: the metric's confidence interval must hold the value
};

/// "top1=0.76±0.01", "top1=0.76+-0.01" or "top1=0.76". Throws invalid_argument.
ExpectedMetric parse_expected_metric(std::string_view text);

}  // namespace halftone

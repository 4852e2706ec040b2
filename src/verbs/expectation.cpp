#include "verbs/expectation.h"

#include <cmath>
#include <cstdio>

#include "halftone/error.h"

namespace halftone {
namespace {

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

void require_expected(const ExpectedMetric& expected, const Estimate& measured) {
  const bool reached = expected.tolerance ? std::abs(measured.value - expected.value) <= *expected.tolerance + 1e-12
                                          : measured.low <= expected.value && expected.value <= measured.high;
  if (reached) return;
  throw Error(ErrorCode::invalid_data,
              "the float model has " + expected.metric + " " + number_text(measured.value) + " (interval " +
                  number_text(measured.low) + " to " + number_text(measured.high) + ") where " +
                  number_text(expected.value) +
                  (expected.tolerance ? "±" + number_text(*expected.tolerance) : std::string()) + " was expected",
              "check preprocessing and labels of the evaluation data (halftone data SPEC --model MODEL)");
}

void require_expectable(const Config::Evaluation& evaluation, bool has_judge) {
  if (evaluation.expect.empty()) return;
  parse_expected_metric(evaluation.expect);
  if (!evaluation.data.empty() || !evaluation.command.empty() || has_judge) return;
  throw Error(ErrorCode::configuration, "expecting " + evaluation.expect + " needs evaluation data",
              "give --eval SPEC");
}

void require_expectation(const std::string& text, const std::vector<MetricEstimate>& measured) {
  if (text.empty()) return;
  const ExpectedMetric expected = parse_expected_metric(text);
  for (const MetricEstimate& metric : measured) {
    if (metric.name == expected.metric) return require_expected(expected, metric.value);
  }
  throw Error(ErrorCode::configuration,
              "'" + expected.metric + "' is expected, but not a metric of the float model here",
              "name it with --metrics; metrics that compare with the float model have no value of its own");
}

}  // namespace halftone

#include "verbs/expectation.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "halftone/error.h"

namespace halftone {
namespace {

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

Expectation parse_expectation(std::string_view text) {
  const auto refuse = [&] {
    throw Error(ErrorCode::configuration, "'" + std::string(text) + "' is not an expectation",
                "write METRIC=VALUE or METRIC=VALUE±TOLERANCE, for example top1=0.76±0.01");
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse();
  Expectation expected;
  expected.metric = text.substr(0, equals);
  std::string_view number = text.substr(equals + 1);
  for (const std::string_view sign : {std::string_view("±"), std::string_view("+-")}) {
    const std::size_t found = number.find(sign);
    if (found == std::string_view::npos) continue;
    expected.tolerance = parse_number(number.substr(found + sign.size()));
    if (!expected.tolerance || *expected.tolerance < 0) refuse();
    number = number.substr(0, found);
    break;
  }
  const std::optional<double> value = parse_number(number);
  if (!value) refuse();
  expected.value = *value;
  return expected;
}

void require_expected(const Expectation& expected, const Estimate& measured) {
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

void require_expectable(const Config::Evaluation& evaluation) {
  if (evaluation.expect.empty()) return;
  parse_expectation(evaluation.expect);
  if (!evaluation.data.empty()) return;
  throw Error(ErrorCode::configuration, "expecting " + evaluation.expect + " needs evaluation data",
              "give --eval SPEC");
}

void require_expectation(const std::string& text, const std::vector<MetricEstimate>& measured) {
  if (text.empty()) return;
  const Expectation expected = parse_expectation(text);
  for (const MetricEstimate& metric : measured) {
    if (metric.name == expected.metric) return require_expected(expected, metric.value);
  }
  throw Error(ErrorCode::configuration,
              "'" + expected.metric + "' is expected, but not a metric of the float model here",
              "name it with --metrics; metrics that compare with the float model have no value of its own");
}

}  // namespace halftone

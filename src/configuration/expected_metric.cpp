#include "configuration/expected_metric.h"

#include <charconv>
#include <cmath>

#include "halftone/error.h"

namespace halftone {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' is not an expectation",
              "write METRIC=VALUE±TOLERANCE or METRIC=VALUE, e.g. top1=0.76±0.01 (+- is fine for ±)");
}

double parse_finite(std::string_view number, std::string_view text) {
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) refuse(text);
  return value;
}

}  // namespace

ExpectedMetric parse_expected_metric(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse(text);
  ExpectedMetric expected;
  expected.metric = text.substr(0, equals);
  std::string_view value = text.substr(equals + 1);
  for (const std::string_view sign : {std::string_view("±"), std::string_view("+-")}) {
    const std::size_t found = value.find(sign);
    if (found == std::string_view::npos) continue;
    expected.tolerance = parse_finite(value.substr(found + sign.size()), text);
    if (*expected.tolerance < 0) refuse(text);
    value = value.substr(0, found);
    break;
  }
  expected.value = parse_finite(value, text);
  return expected;
}

}  // namespace halftone

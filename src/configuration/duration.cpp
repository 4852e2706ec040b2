#include "configuration/duration.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "halftone/error.h"

namespace halftone {
namespace {

/// Seconds of a unit; 0 for what is none.
double seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    default:
      return 0;
  }
}

[[noreturn]] void fail(std::string_view text) {
  throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' is no duration",
              "write seconds (90) or units (90s, 45m, 1h30m, 2d), more than none");
}

}  // namespace

double parse_duration(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  double sum = 0;
  double smallest = std::numeric_limits<double>::infinity();
  while (at != end) {
    double number = 0;
    const auto [stop, error] = std::from_chars(at, end, number, std::chars_format::fixed);
    if (error != std::errc() || number < 0) fail(text);
    const bool bare = stop == end && at == text.data();
    const double unit = bare ? 1 : stop == end ? 0 : seconds_of(*stop);
    if (unit == 0 || unit >= smallest) fail(text);
    smallest = unit;
    sum += number * unit;
    at = bare ? stop : stop + 1;
  }
  if (!std::isfinite(sum) || sum <= 0) fail(text);
  return sum;
}

}  // namespace halftone

#pragma once

#include <string_view>

namespace halftone {

/// Seconds of "90", "90s", "1.5h", "1h30m" or "2d"; more than 0. Throws invalid_argument.
double parse_duration(std::string_view text);

}  // namespace halftone

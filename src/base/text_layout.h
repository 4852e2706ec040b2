#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// Columns the text takes, counting a code point as one.
std::size_t display_width(std::string_view text);

/// Text of a model or a file made harmless: control characters, which could steer a terminal, and bytes that are not
/// UTF-8 become "?".
std::string printable(std::string_view text);
/// The same for a text of several lines, which keep their breaks.
std::string printable_lines(std::string_view text);

/// Lines of at most `width` columns, broken at blanks; a longer word stands alone. At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace halftone

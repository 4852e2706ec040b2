#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halftone {

/// Where the first byte lies that no text file has: not part of a well-formed UTF-8 sequence (RFC 3629), or a control
/// character other than tab, line feed and carriage return; npos when all is text.
std::size_t find_non_text(std::string_view text);

/// The code points of UTF-8 text; each byte that is not part of a well-formed sequence becomes U+FFFD.
std::u32string to_code_points(std::string_view text);

/// Appends a code point in UTF-8; one that is none (a surrogate, above 10FFFF) becomes U+FFFD.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace halftone

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halftone {

/// Offset of the first byte that is not part of a well-formed UTF-8 sequence (RFC 3629); npos when all are.
std::size_t find_malformed_utf8(std::string_view text);

/// Takes the first code point off `text`, which is not empty; a byte that begins none goes alone, as U+FFFD.
char32_t take_code_point(std::string_view& text);

/// Property White_Space (Unicode Standard Annex 44): blanks, tabs, line ends.
bool is_white_space(char32_t code_point);
/// General categories Cc and Cf.
bool is_control(char32_t code_point);
/// General categories P*.
bool is_punctuation(char32_t code_point);
/// Simple lower-case mapping: one code point for one, whatever stands beside it.
char32_t lower_case(char32_t code_point);

/// Appends the canonical decomposition (NFD, Unicode Standard Annex 15) of a code point without its non-spacing marks
/// (Mn): accents go, letters stay. The marks that remain (Mc, Me) are not put into canonical order.
void append_without_accents(std::u32string& text, char32_t code_point);

}  // namespace halftone

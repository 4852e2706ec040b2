#include "base/utf8.h"

namespace halftone {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLast = 0x10FFFF;

bool is_surrogate(char32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

/// Bytes of a sequence that begins with `first`; 0 when none does.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

struct CodePoint {
  char32_t value;
  std::size_t bytes;  ///< 0 where no well-formed sequence begins
};

/// The code point at the front of `text`, which is not empty.
CodePoint front_code_point(std::string_view text) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(first);
  if (length == 0 || length > text.size()) return {kReplacement, 0};
  if (length == 1) return {first, 1};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return {kReplacement, 0};
    value = value << 6 | (byte & 0x3FU);
  }
  const bool well_formed = value >= kSmallest[length] && value <= kLast && !is_surrogate(value);
  return well_formed ? CodePoint{value, length} : CodePoint{kReplacement, 0};
}

bool is_control(char32_t value) {
  return (value < 0x20 && value != U'\t' && value != U'\n' && value != U'\r') || value == 0x7F;
}

}  // namespace

std::size_t find_non_text(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const CodePoint next = front_code_point(text.substr(i));
    if (next.bytes == 0 || is_control(next.value)) return i;
    i += next.bytes;
  }
  return std::string_view::npos;
}

std::u32string to_code_points(std::string_view text) {
  std::u32string code_points;
  while (!text.empty()) {
    const CodePoint next = front_code_point(text);
    code_points += next.value;
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return code_points;
}

void append_utf8(std::string& text, char32_t code_point) {
  if (code_point > kLast || is_surrogate(code_point)) code_point = kReplacement;
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
    return;
  }
  const int continuation = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  text += static_cast<char>((0xF00U >> (continuation + 1) & 0xFFU) | code_point >> (6 * continuation));
  for (int shift = 6 * (continuation - 1); shift >= 0; shift -= 6) {
    text += static_cast<char>(0x80U | (code_point >> shift & 0x3FU));
  }
}

}  // namespace halftone

#include "data/unicode.h"

#include <utf8proc.h>

#include <array>
#include <span>

namespace halftone {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

utf8proc_category_t category_of(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

struct Decoded {
  char32_t code_point;
  std::size_t bytes;  ///< 0 where no well-formed sequence begins
};

Decoded front_code_point(std::string_view text) {
  utf8proc_int32_t code_point = -1;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t taken = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  if (taken <= 0) return {kReplacement, 0};
  return {static_cast<char32_t>(code_point), static_cast<std::size_t>(taken)};
}

}  // namespace

std::size_t find_malformed_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    if (static_cast<unsigned char>(text[offset]) < 0x80) {
      ++offset;
      continue;
    }
    const std::size_t bytes = front_code_point(text.substr(offset)).bytes;
    if (bytes == 0) return offset;
    offset += bytes;
  }
  return std::string_view::npos;
}

char32_t take_code_point(std::string_view& text) {
  const Decoded front = front_code_point(text);
  text.remove_prefix(front.bytes == 0 ? 1 : front.bytes);
  return front.code_point;
}

bool is_white_space(char32_t code_point) {
  if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
  const utf8proc_category_t category = category_of(code_point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         code_point == 0x85;
}

bool is_control(char32_t code_point) {
  if (code_point < 0x80) return code_point < 0x20 || code_point == 0x7F;
  const utf8proc_category_t category = category_of(code_point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF;
}

bool is_punctuation(char32_t code_point) {
  switch (category_of(code_point)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return true;
    default:
      return false;
  }
}

char32_t lower_case(char32_t code_point) {
  if (code_point < 0x80) return code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

void append_without_accents(std::u32string& text, char32_t code_point) {
  if (code_point < 0x80) {
    text += code_point;
    return;
  }
  // No canonical decomposition is longer than four.
  std::array<utf8proc_int32_t, 8> parts{};
  int boundary = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(code_point), parts.data(),
                              static_cast<utf8proc_ssize_t>(parts.size()), UTF8PROC_DECOMPOSE, &boundary);
  if (count <= 0 || static_cast<std::size_t>(count) > parts.size()) {
    text += code_point;
    return;
  }
  for (const utf8proc_int32_t part : std::span(parts).first(static_cast<std::size_t>(count))) {
    const auto letter = static_cast<char32_t>(part);
    if (category_of(letter) != UTF8PROC_CATEGORY_MN) text += letter;
  }
}

}  // namespace halftone

#include "data/word_reader.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "data/unicode.h"

namespace halftone {
namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

/// The blocks that the reference names. Hangul, Hiragana and Katakana are not among them.
constexpr std::array kIdeographs{
    CodePointRange{0x4E00, 0x9FFF},   CodePointRange{0x3400, 0x4DBF},   CodePointRange{0x20000, 0x2A6DF},
    CodePointRange{0x2A700, 0x2B73F}, CodePointRange{0x2B740, 0x2B81F}, CodePointRange{0x2B820, 0x2CEAF},
    CodePointRange{0xF900, 0xFAFF},   CodePointRange{0x2F800, 0x2FA1F},
};

bool is_ideograph(char32_t code_point) {
  return std::ranges::any_of(kIdeographs, [code_point](const CodePointRange& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

bool is_ascii_symbol(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

bool stands_alone(char32_t code_point) {
  if (code_point < 0x80) return is_ascii_symbol(code_point);
  return is_ideograph(code_point) || is_punctuation(code_point);
}

bool is_dropped(char32_t code_point) {
  if (code_point == U'\t' || code_point == U'\n' || code_point == U'\r') return false;
  return code_point == 0xFFFD || is_control(code_point);
}

}  // namespace

std::optional<std::string> WordReader::next() {
  std::string word;
  while (const std::optional<char32_t> code_point = peek()) {
    const bool alone = stands_alone(*code_point);
    if (alone && !word.empty()) break;
    ++front_;
    const bool blank = is_white_space(*code_point);
    if (blank && word.empty()) continue;
    if (blank) break;
    append_utf8(word, *code_point);
    if (alone) break;
  }
  if (word.empty()) return std::nullopt;
  return word;
}

// Ideographs, blanks and control characters are the same before and after decomposition, so that the order of the
// reference's steps does not matter.
std::optional<char32_t> WordReader::peek() {
  while (front_ == pending_.size()) {
    if (rest_.empty()) return std::nullopt;
    pending_.clear();
    front_ = 0;
    const char32_t code_point = take_code_point(rest_);
    if (is_dropped(code_point)) continue;
    if (!lower_case_) {
      pending_ += code_point;
      continue;
    }
    append_without_accents(pending_, code_point);
    for (char32_t& letter : pending_) letter = lower_case(letter);
  }
  return pending_[front_];
}

}  // namespace halftone

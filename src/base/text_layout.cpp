#include "base/text_layout.h"

#include <algorithm>

#include "base/utf8.h"

namespace halftone {
namespace {

/// U+0080 … U+009F, which terminals may take as control sequences: C2 80 … C2 9F.
bool is_c1_control(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return at + 1 < text.size() && byte(at) == 0xC2 && byte(at + 1) < 0xA0;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  // Bytes 10xxxxxx continue a code point.
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string printable(std::string_view text) {
  std::string clean(text);
  for (std::size_t bad; (bad = find_non_text(clean)) != std::string::npos;) clean[bad] = '?';
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (is_c1_control(clean, i)) clean.replace(i, 2, "?");
    if (clean[i] == '\t' || clean[i] == '\n' || clean[i] == '\r') clean[i] = ' ';
  }
  return clean;
}

std::string printable_lines(std::string_view text) {
  std::string clean;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    clean += (begin == 0 ? "" : "\n") + printable(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return clean;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (display_width(line) + 1 + display_width(word) <= width) {
      line.append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

}  // namespace halftone

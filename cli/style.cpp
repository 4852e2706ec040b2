#include "style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/utf8.h"

namespace halftone::cli {
namespace {

constexpr int kNarrowest = 60;
constexpr int kWidest = 120;

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

Style style_of(int descriptor) {
  Style style;
  if (isatty(descriptor) == 0) return style;
  style.colour = wants_colour();
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::clamp<int>(size.ws_col, kNarrowest, kWidest);
  }
  return style;
}

std::string_view escape_of(Tint tint) {
  switch (tint) {
    case Tint::plain:
      return "";
    case Tint::bold:
      return "\x1b[1m";
    case Tint::dim:
      return "\x1b[2m";
    case Tint::good:
      return "\x1b[32m";
    case Tint::bad:
      return "\x1b[31m";
    case Tint::caution:
      return "\x1b[33m";
  }
  return "";
}

/// U+0080 … U+009F, which terminals may take as control sequences: C2 80 … C2 9F.
bool is_c1_control(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return at + 1 < text.size() && byte(at) == 0xC2 && byte(at + 1) < 0xA0;
}

}  // namespace

Style style_of_output() { return style_of(STDOUT_FILENO); }
Style style_of_errors() { return style_of(STDERR_FILENO); }

std::string tinted(std::string_view text, Tint tint, const Style& style) {
  const bool bare = !style.colour || tint == Tint::plain || text.empty();
  if (bare) return std::string(text);
  return std::string(escape_of(tint)) + std::string(text) + "\x1b[0m";
}

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

}  // namespace halftone::cli

#include "style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

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

}  // namespace

Style style_of_output() { return style_of(STDOUT_FILENO); }
Style style_of_errors() { return style_of(STDERR_FILENO); }

std::string tinted(std::string_view text, Tint tint, const Style& style) {
  const bool bare = !style.colour || tint == Tint::plain || text.empty();
  if (bare) return std::string(text);
  return std::string(escape_of(tint)) + std::string(text) + "\x1b[0m";
}

}  // namespace halftone::cli

#pragma once

#include <string>
#include <string_view>

#include "base/text_layout.h"

namespace halftone::cli {

/// How text for people is laid out.
struct Style {
  bool colour = false;
  int width = 100;  ///< columns
};

/// The style of standard output: colours only on a terminal, and neither where NO_COLOR (no-color.org) is set nor where
/// TERM is "dumb"; the terminal's width between 60 and 120 columns, else 100.
Style style_of_output();
/// The same for standard error.
Style style_of_errors();

enum class Tint { plain, bold, dim, good, bad, caution };
/// The text between escape sequences of the tint, or as it is without colours.
std::string tinted(std::string_view text, Tint tint, const Style& style);

}  // namespace halftone::cli

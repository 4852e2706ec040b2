#pragma once

#include <string>

namespace halftone {

/// docs/reference/options.md: every key of the option table by group, as Markdown.
std::string options_reference();

}  // namespace halftone

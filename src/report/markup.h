#pragma once

#include <string>
#include <string_view>

#include "report/json_values.h"

namespace halftone::report {

/// Text as content or attribute of HTML and XML: nothing in it is markup. Control characters other than line breaks,
/// and bytes that are not UTF-8, become "?".
std::string escaped_markup(std::string_view text);
/// Text as Markdown shows it on one line, in a table's cell too: no emphasis, links, mentions or HTML.
std::string escaped_markdown(std::string_view text);
/// JSON that can stand in a script element: ASCII, and no "<" that could end it or begin a comment.
std::string json_in_script(const Json& json);

}  // namespace halftone::report

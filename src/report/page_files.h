#pragma once

#include <string_view>

namespace halftone::report {

// The files of src/report/page as one string each, made at build time (cmake/EmbedPage.cmake).

std::string_view page_template();  ///< with {{title}}, {{policy}}, {{style}}, {{content}}, {{data}} and {{script}}
std::string_view page_style();
std::string_view page_script();  ///< the chart library, where the build found it, then the page's own modules

}  // namespace halftone::report

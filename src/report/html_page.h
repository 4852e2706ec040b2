#pragma once

#include <string>
#include <vector>

#include "report/document/document.h"

namespace halftone::report {

/// One page with all documents that needs no other file and no network. Texts and tables stand in it as HTML; its
/// script draws the charts and lets tables be sorted. No script but its own runs in it.
std::string html_page(const std::vector<Document>& documents);

}  // namespace halftone::report

#pragma once

#include <string>

#include "report/document/document.h"

namespace halftone::report {

/// A document as an article. Ids in it begin with `prefix`, its title is a heading of that level (1 or 2), and the data
/// of its charts are added to `charts` by the ids of their figures.
std::string html_document(const Document& document, const std::string& prefix, int level, Json& charts);

}  // namespace halftone::report

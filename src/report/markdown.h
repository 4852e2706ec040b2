#pragma once

#include <string>
#include <vector>

#include "report/document/document.h"

namespace halftone::report {

/// The documents in short, as a comment on a pull request: answers, the overview, what stayed in float, warnings.
std::string markdown(const std::vector<Document>& documents);

}  // namespace halftone::report

#pragma once

#include <string>
#include <vector>

#include "report/document/document.h"

namespace halftone::report {

/// The checks of each document as a test suite, in the XML that continuous integration reads: <testsuites>,
/// <testsuite>, <testcase> with <failure>, <error> or <skipped>.
std::string junit(const std::vector<Document>& documents);

}  // namespace halftone::report

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/json_values.h"

namespace halftone {

enum class ReportFormat { html, md, junit };

/// Throws invalid_argument for another word than the enumerators' names.
ReportFormat parse_report_format(const std::string& word);
std::string_view to_string(ReportFormat format);

/// The report of results that verbs wrote as JSON: one page, one comment, or one file of test suites. Throws
/// invalid_data for what is no result.
std::string make_report(const std::vector<Json>& results, ReportFormat format);

}  // namespace halftone

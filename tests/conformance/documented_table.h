#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "halftone/conformance.h"

namespace halftone::conformance {

/// The trials of offered ops as a table of Markdown: op, variant, weights, the file's word, error in dB, what ran.
std::string documented_table(const std::vector<ConformanceTrial>& trials);

/// What became of ops that the backend does not offer, where they were quantized all the same: op, variant, what ran.
std::string table_of_absences(const std::vector<ConformanceTrial>& trials);

/// Holds the table between the marks of a page against the trials; the decibels may differ, since kernels round as the
/// machine's instructions do. The marks name backend and framework: a table of another version is not looked at, which
/// gives false. With HALFTONE_UPDATE_DOCS=1 the page is written anew instead.
bool expect_documented(const std::filesystem::path& page, const std::string& mark,
                       const std::vector<ConformanceTrial>& trials);
/// The same for table_of_absences(), whose mark begins "absences of".
bool expect_absences_documented(const std::filesystem::path& page, const std::string& mark,
                                const std::vector<ConformanceTrial>& trials);

}  // namespace halftone::conformance

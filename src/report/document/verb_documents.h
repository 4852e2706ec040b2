#pragma once

#include "report/document/document.h"

namespace halftone::report {

// The document of one verb's result each. What a result does not hold is not shown.

Document quantize_document(const Json& result);
Document tune_document(const Json& result);
Document evaluate_document(const Json& result);
Document benchmark_document(const Json& result);
Document compare_document(const Json& result);
Document diagnose_document(const Json& result);
Document plan_document(const Json& result);
/// The values of a result that has no document of its own, as a table.
Document plain_document(const Json& result);
/// {"error": …}, as --json writes it.
Document error_document(const Json& result);

}  // namespace halftone::report

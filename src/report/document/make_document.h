#pragma once

#include "report/document/document.h"

namespace halftone::report {

/// What a report says of a result that a verb wrote as JSON, whichever verb it was. Keys that are absent, null or of
/// another kind are passed over. Throws invalid_data for what is no result.
Document make_document(const Json& result);

}  // namespace halftone::report

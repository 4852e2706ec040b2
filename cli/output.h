#pragma once

#include <string>

#include "halftone/error.h"
#include "report/json_values.h"
#include "style.h"

namespace halftone::cli {

/// Writes all of the text to standard output. Throws io, e.g. when the disk is full.
void write_output(const std::string& text);
/// JSON as it is printed: indented, bytes that are not UTF-8 replaced, one line feed at the end.
std::string json_text(const Json& json);

/// An error as text: the message, what was going on, and what to do.
std::string error_text(const Error& error, const Style& style);
/// {"error": {"code", "message", "context", "hint"}}.
Json error_json(const Error& error);

}  // namespace halftone::cli

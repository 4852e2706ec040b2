#pragma once

#include <optional>
#include <string>

#include "report/json_values.h"
#include "report/result_phrases.h"
#include "style.h"
#include "text_table.h"

namespace halftone::cli {

/// speedup_text() in the tint of what it says.
Cell speedup_cell(const Speedup& speedup);

/// A heading: an empty line, then the text in bold and a colon's place for what follows it.
std::string heading(const std::string& title, const std::string& rest, const Style& style);

/// "name 1x3x224x224 float" rows of inputs or outputs.
std::string signatures_part(const Json& signatures, const Style& style);
/// "1x?x224", "any rank".
std::string shape_text(const Json& shape);

/// Ops by type with how many of them are quantized.
std::string quantized_part(const Json& ops, const Style& style);
/// Ops left in float, grouped by their reason; empty without any. `more` says where all are listed.
std::string float_part(const Json& ops, const std::string& more, const Style& style);

/// The gate that was asked for and its verdict; empty without one.
std::string gate_part(const Json& result, const Style& style);

/// A result's warnings; empty without any.
std::string warnings_part(const Json& result, const Style& style);

/// size_change_text() in the tint of what it says.
Cell size_change_cell(std::optional<double> before, std::optional<double> after);

}  // namespace halftone::cli

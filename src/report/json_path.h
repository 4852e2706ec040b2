#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/json_values.h"

namespace halftone {

// Reading of results for people: what is absent, null or of another kind is simply not shown.

/// The value at "a.b.c", or null.
const Json* find_json(const Json& json, std::string_view path);
std::optional<double> number_at(const Json& json, std::string_view path);
std::optional<std::uint64_t> count_at(const Json& json, std::string_view path);
/// Harmless text (see printable()); empty where there is none.
std::string text_at(const Json& json, std::string_view path);
/// Harmless texts of a list.
std::vector<std::string> texts_at(const Json& json, std::string_view path);
/// The list or map at a path; an empty list where there is none.
const Json& list_at(const Json& json, std::string_view path);

}  // namespace halftone

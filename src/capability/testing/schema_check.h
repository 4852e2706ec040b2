#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/strict_yaml.h"

namespace halftone::testing {

/// The tree as JSON; plain words that are numbers or booleans become such.
nlohmann::json json_of(const StrictYaml& yaml);

/// The first thing in which a value is not what a JSON Schema (draft 7) says, as "PATH: KEYWORD", or empty. Knows the
/// keywords that the schema of capability files uses, and fails for any other, so that none is skipped.
std::string first_violation(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace halftone::testing

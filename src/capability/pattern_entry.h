#pragma once

#include <string>
#include <vector>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// An entry under `patterns`: a sequence ("Conv + Relu|Clip"), or a map of `sequence`, `when` (op type → conditions)
/// and `requires`. Throws configuration.
PatternSequence read_pattern(const StrictYaml& yaml, const std::vector<std::string>& known_op_types);

}  // namespace halftone

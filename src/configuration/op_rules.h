#pragma once

#include <vector>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// Adds the rules of a map {regular expression: rule}; a rule with the same expression is replaced. A rule is
/// {precision: fp32 | int8} and/or {weight: …, activation: …} with dtype, scheme, granularity and range_method (also
/// called algorithm), each one word or a list. Throws configuration with all problems, one a line.
void add_op_rules(std::vector<OpRule>& rules, const StrictYaml& map);

}  // namespace halftone

#pragma once

#include <vector>

#include "base/strict_yaml.h"
#include "halftone/plan.h"

namespace halftone {

/// Adds the entries of a map {NAME: PARAMETERS}, where parameters are {scale, zero_point} or {min, max}; one of the
/// same name is replaced. Throws configuration with all problems of the map, each with its line.
void add_tensor_rules(std::vector<TensorRule>& rules, const StrictYaml& map);

}  // namespace halftone

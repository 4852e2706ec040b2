#pragma once

#include <vector>

#include "base/strict_yaml.h"

namespace halftone {

/// A list of distinct sizes of groups, each from 2 to 65,536 values.
std::vector<int> read_group_sizes(const StrictYaml& yaml);

}  // namespace halftone

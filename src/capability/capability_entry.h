#pragma once

#include <vector>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// The alternatives of one op type, as its entry under `capabilities` lists them. Throws configuration.
std::vector<Alternative> read_alternatives(const StrictYaml& yaml);

}  // namespace halftone

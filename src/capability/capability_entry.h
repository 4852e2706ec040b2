#pragma once

#include <string>
#include <vector>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// The alternatives of one op type, as its entry under `capabilities: PRECISION` lists them. Throws configuration.
std::vector<Alternative> read_alternatives(const StrictYaml& yaml, const std::string& precision);

}  // namespace halftone

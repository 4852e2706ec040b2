#pragma once

#include <set>
#include <string>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// One section of a capability file. Throws configuration, as load_capability_file() says.
CapabilitySection read_capability_section(const StrictYaml& yaml, const std::set<std::string>& known_op_types);

}  // namespace halftone

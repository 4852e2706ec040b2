#pragma once

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

/// What `when` states about an op: {constant: [role…], attributes: {name: [value…]}}. Throws configuration.
OpConditions read_conditions(const StrictYaml& yaml);

}  // namespace halftone

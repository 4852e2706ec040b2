#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// docs/reference/capabilities.md: for each file and section the op types, their alternatives and the patterns; op
/// types with the same alternatives share their rows.
std::string capability_reference(const std::vector<CapabilityFile>& files);

}  // namespace halftone

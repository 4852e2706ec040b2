#pragma once

#include <vector>

#include "halftone/capability.h"

namespace halftone::testing {

/// The capability files of the source tree, in the order of their names. The op types that a file itself names count as
/// known: the op tables are the adaptors' own.
std::vector<CapabilityFile> shipped_capability_files();

}  // namespace halftone::testing

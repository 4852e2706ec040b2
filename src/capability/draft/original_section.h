#pragma once

#include <set>
#include <string>

#include "base/strict_yaml.h"
#include "capability/draft/draft.h"

namespace halftone::draft {

/// Reads a section of either generation of the original's files: with `capabilities`, or with a key for each precision.
/// Op types that are not in `known_op_types`, and all else that has no counterpart, are noted. Throws configuration
/// where it is no section of such a file.
Section read_original_section(const StrictYaml& yaml, const std::set<std::string>& known_op_types, Notes& notes);

}  // namespace halftone::draft

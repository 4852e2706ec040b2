#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Words that `requires` may hold: every instruction set a target can be, and the features some of them bring along.
const std::vector<std::string>& instruction_set_features();

/// The first of `needed` that the target lacks, or nullopt.
std::optional<std::string> first_lacking(const Target& target, const std::vector<std::string>& needed);

}  // namespace halftone

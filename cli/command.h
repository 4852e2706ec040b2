#pragma once

#include <string>
#include <vector>

#include "verb.h"

namespace halftone::cli {

/// The verb of that name. Throws invalid_argument naming the nearest.
const Verb& require_verb(const std::string& word);

/// Runs one command line, the program's name first, and returns its exit status. Throws Error.
int run_command(const std::vector<std::string>& argv);

}  // namespace halftone::cli

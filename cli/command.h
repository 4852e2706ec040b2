#pragma once

#include <string>
#include <vector>

namespace halftone::cli {

/// Runs one command line, the program's name first, and returns its exit status. Throws Error.
int run_command(const std::vector<std::string>& argv);

}  // namespace halftone::cli

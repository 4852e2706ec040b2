#pragma once

#include <string>
#include <vector>

namespace halftone::cli {

/// The whole program: runs a command line, reports what goes wrong, and gives the exit status.
int run_program(const std::vector<std::string>& argv);

}  // namespace halftone::cli

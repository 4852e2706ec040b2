#pragma once

#include <vector>

#include "configuration/option_table.h"

namespace halftone {

/// What a model must reach, how a search for it goes, and how all of it is run.
std::vector<ConfigOption> search_options();

}  // namespace halftone

#pragma once

#include "configuration/config.h"
#include "report/json_values.h"

namespace halftone {

/// A resolved configuration under the keys of the configuration file (DESIGN section 7).
Json json_of(const Config& config);

}  // namespace halftone

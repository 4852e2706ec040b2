#pragma once

#include "configuration/config.h"

namespace halftone {

/// Checks a whole configuration, wherever its values come from: each against its option's rules, and what no value
/// shows alone (an input or metric twice, an expectation of a metric that is not measured). Throws configuration
/// listing all problems. What a verb needs beyond that, such as data, the verb checks.
void validate(const Config& config);

}  // namespace halftone

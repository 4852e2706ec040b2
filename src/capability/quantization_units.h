#pragma once

#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// find_units(), except that each op with `alone[op]` set is a unit of its own.
std::vector<QuantizationUnit> find_units(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                         const std::vector<bool>& alone);

}  // namespace halftone

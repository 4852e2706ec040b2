#pragma once

#include <span>
#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// find_units(), except that each op with `alone[op]` set is a unit of its own.
std::vector<QuantizationUnit> find_units(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                         const std::vector<bool>& alone);

/// The first sequence that ops of one occurrence, which follow each other, are as a whole; or null.
const PatternSequence* pattern_of_chain(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                        std::span<const OpId> chain);

}  // namespace halftone

#pragma once

#include <vector>

#include "capability/unit_capability.h"
#include "halftone/capability.h"

namespace halftone {

/// Every other way of cutting the ops of an occurrence into units that follow each other: fewer units first, then
/// longer ones first; the last leaves every op alone.
std::vector<std::vector<QuantizationUnit>> other_cuts(const GraphView& graph, const QuantizationUnit& unit,
                                                      const std::vector<PatternSequence>& patterns);

/// The units that are more than one op, each with its other cuts and what could be done with their pieces.
std::vector<FusedPattern> find_fusions(const std::vector<UnitCapability>& units,
                                       const std::vector<PatternSequence>& patterns, const UnitContext& context);

/// A sentence for each occurrence in which a rule keeps an op in float that would have run in the kernel of another.
std::vector<std::string> find_broken_fusions(const GraphView& graph, const std::vector<PatternSequence>& patterns,
                                             const UserRules& rules);

}  // namespace halftone

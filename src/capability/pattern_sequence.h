#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Most instances one sequence may expand to.
inline constexpr std::size_t kMostPatternInstances = 1024;

/// Most positions of one sequence; the ways of cutting an occurrence into units double with each.
inline constexpr std::size_t kMostPatternPositions = 12;

/// Reads "Conv + Relu|Clip": at least two positions, each a list of different op types. nullopt when the text is not of
/// that form, is longer than kMostPatternPositions or expands to more than kMostPatternInstances.
std::optional<PatternSequence> parse_pattern_sequence(std::string_view text);

/// The op lists a sequence stands for, each with the conditions on its types; the last position varies fastest.
std::vector<PatternInstance> pattern_instances(const PatternSequence& sequence);

}  // namespace halftone

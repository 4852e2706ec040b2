#pragma once

#include "capability/user_rules.h"
#include "halftone/capability.h"

namespace halftone {

/// Everything a unit's choices depend on, beside the unit itself.
struct UnitContext {
  const GraphView& graph;
  const std::map<std::string, std::vector<Alternative>>& alternatives;  ///< by op type
  const std::map<std::string, std::vector<Alternative>>& of_ops;        ///< by op name, in place of those of its type
  std::string section;
  const Target& target;
  bool reduce_range;  ///< weights of 8 bits that integers are multiplied by give up one
  const UserRules& rules;
  std::vector<std::string> precisions;  ///< that may be used
  std::string precisions_of;            ///< who allows no others: "the target vnni"
};

/// The choices of one unit, or why there are none. Throws configuration when the user's rules leave nothing of what
/// the backend offers.
UnitCapability capability_of_unit(const QuantizationUnit& unit, const UnitContext& context);

/// The same for a piece of a unit that is cut otherwise than it will be: rules that leave nothing are a reason there.
UnitCapability capability_of_piece(const QuantizationUnit& piece, const UnitContext& context);

}  // namespace halftone

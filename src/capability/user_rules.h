#pragma once

#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Throws configuration when the pattern of a rule is no regular expression (ECMAScript, without back references).
void check_rules(const UserConstraints& constraints);

/// What the user demands of a unit: of several rules that state the same thing, the most specific one's word.
struct UnitDemands {
  SpecChoices weight;
  SpecChoices activation;
  std::vector<std::string> patterns;  ///< of the rules that say so
};

/// The user's rules, matched with the ops of one graph. A rule for op names is more specific than one for op types;
/// among rules of one kind the later is. Both arguments must outlive it.
class UserRules {
 public:
  /// Throws configuration when a rule matches no op, naming the nearest type or name.
  UserRules(const GraphView& graph, const UserConstraints& constraints);

  /// The rule that keeps the op in float, or null.
  const OpRule* rule_for_float(OpId op) const;
  /// Whether each op is kept in float.
  std::vector<bool> float_ops() const;
  /// All demands on any op of the unit.
  UnitDemands demands_on(const QuantizationUnit& unit) const;

 private:
  /// Rules that match each op, the most specific last.
  std::vector<std::vector<const OpRule*>> rules_of_op_;
  /// All rules, the most specific last.
  std::vector<const OpRule*> rules_;
};

}  // namespace halftone

#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Throws configuration when the pattern of a rule or a list is no regular expression (see FullMatch).
void check_rules(const UserConstraints& constraints);

/// What the user demands of a unit: of several rules that state the same thing, the most specific one's word.
struct UnitDemands {
  SpecChoices weight;
  SpecChoices activation;
  std::vector<std::string> patterns;  ///< of the rules that say so
};

/// The user's rules and lists, matched with the ops of one graph. A rule for op names is more specific than one for op
/// types; among rules of one kind the later is; a list wins over all rules. Both arguments must outlive it.
class UserRules {
 public:
  /// Throws configuration when a rule, or an item of a list, matches no op, naming the nearest type or name.
  UserRules(const GraphView& graph, const UserConstraints& constraints);

  /// Why the op is kept in float wherever it stands ("kept in float by the rule 'Conv'"), or empty.
  std::string reason_for_float(OpId op) const;
  /// Whether each op is kept in float, so that no fusion takes it.
  std::vector<bool> float_ops() const;
  /// Why no unit that the op begins is quantized, or empty: the op is not among what is to be quantized. Ops that a
  /// kernel takes along behind its first one need not be.
  std::string reason_unlisted(OpId first) const;
  /// Whether results of the op are quantized on account of their readers alone.
  bool has_float_output(OpId op) const { return has_float_output_.at(static_cast<std::size_t>(op)); }
  /// All demands on any op of the unit.
  UnitDemands demands_on(const QuantizationUnit& unit) const;

 private:
  const OpRule* rule_for_float(OpId op) const;

  const GraphView& graph_;
  /// Rules that match each op, the most specific last.
  std::vector<std::vector<const OpRule*>> rules_of_op_;
  /// All rules, the most specific last.
  std::vector<const OpRule*> rules_;
  /// By op.
  std::vector<std::string> exclusions_;  ///< the item of the list of excluded ops that matches it, or empty
  std::vector<bool> is_type_listed_, is_name_listed_, has_float_output_;
};

}  // namespace halftone

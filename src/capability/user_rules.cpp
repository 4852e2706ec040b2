#include "capability/user_rules.h"

#include <algorithm>
#include <unordered_map>

#include "base/full_match.h"
#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kMostNamesListed = 20;

template <typename Value>
void override_with(std::vector<Value>& value, const std::vector<Value>& demanded) {
  if (!demanded.empty()) value = demanded;
}

void override_with(SpecChoices& choices, const std::optional<SpecChoices>& demanded) {
  if (!demanded) return;
  override_with(choices.dtypes, demanded->dtypes);
  override_with(choices.schemes, demanded->schemes);
  override_with(choices.granularities, demanded->granularities);
  override_with(choices.algorithms, demanded->algorithms);
  override_with(choices.group_sizes, demanded->group_sizes);
}

std::vector<std::string> distinct(std::vector<std::string> words) {
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

/// What rules of one kind are matched with.
struct RuleSubject {
  std::string OpNode::*text;
  std::string_view name;
};
constexpr RuleSubject kOpTypes{&OpNode::type, "type"};
constexpr RuleSubject kOpNames{&OpNode::name, "name"};

std::vector<OpId> matching_ops(const GraphView& graph, const std::string& expression, const RuleSubject& subject) {
  const FullMatch pattern(expression);
  std::unordered_map<std::string_view, bool> verdicts;
  std::vector<OpId> ops;
  for (std::size_t op = 0; op < graph.ops().size(); ++op) {
    const std::string& text = graph.ops()[op].*subject.text;
    const auto [verdict, is_new] = verdicts.emplace(text, false);
    if (is_new) verdict->second = pattern.matches(text);
    if (verdict->second) ops.push_back(static_cast<OpId>(op));
  }
  return ops;
}

[[noreturn]] void fail_unmatched(const GraphView& graph, const std::string& subject_words, const std::string& pattern,
                                 const RuleSubject& subject) {
  std::vector<std::string> words;
  for (const OpNode& node : graph.ops()) words.push_back(node.*subject.text);
  words = distinct(std::move(words));
  const std::string name(subject.name);
  const bool can_suggest = words.size() <= kMostNamesListed || !nearest_word(pattern, words).empty();
  throw Error(ErrorCode::configuration,
              subject_words + " '" + pattern + "' matches the " + name + " of no op in the model",
              can_suggest ? suggest(pattern, words) : "a pattern must match the whole " + name);
}

/// By op, the item of the list that matches it, the first of several; empty for none.
std::vector<std::string> matching_items(const GraphView& graph, const std::vector<std::string>& list,
                                        const std::string& name_of_list, const RuleSubject& subject) {
  std::vector<std::string> items(graph.ops().size());
  for (const std::string& pattern : list) {
    const std::vector<OpId> ops = matching_ops(graph, pattern, subject);
    if (ops.empty()) fail_unmatched(graph, name_of_list + ":", pattern, subject);
    for (const OpId op : ops) {
      std::string& item = items[static_cast<std::size_t>(op)];
      if (item.empty()) item = pattern;
    }
  }
  return items;
}

std::vector<bool> is_in_list(const GraphView& graph, const std::vector<std::string>& list,
                             const std::string& name_of_list, const RuleSubject& subject) {
  std::vector<bool> is_listed;
  for (const std::string& item : matching_items(graph, list, name_of_list, subject)) is_listed.push_back(!item.empty());
  return is_listed;
}

/// A list that says nothing leaves all ops in.
std::vector<bool> is_to_quantize(const GraphView& graph, const std::vector<std::string>& list,
                                 const std::string& name_of_list, const RuleSubject& subject) {
  if (list.empty()) return std::vector<bool>(graph.ops().size(), true);
  return is_in_list(graph, list, name_of_list, subject);
}

}  // namespace

void check_rules(const UserConstraints& constraints) {
  for (const auto* rules : {&constraints.op_types, &constraints.ops}) {
    for (const OpRule& rule : *rules) FullMatch{rule.pattern};
  }
  for (const auto* list : {&constraints.op_types_to_quantize, &constraints.ops_to_quantize, &constraints.ops_to_exclude,
                           &constraints.float_outputs}) {
    for (const std::string& pattern : *list) FullMatch{pattern};
  }
}

UserRules::UserRules(const GraphView& graph, const UserConstraints& constraints)
    : graph_(graph),
      rules_of_op_(graph.ops().size()),
      exclusions_(matching_items(graph, constraints.ops_to_exclude, "ops_to_exclude", kOpNames)),
      is_type_listed_(is_to_quantize(graph, constraints.op_types_to_quantize, "op_types_to_quantize", kOpTypes)),
      is_name_listed_(is_to_quantize(graph, constraints.ops_to_quantize, "ops_to_quantize", kOpNames)),
      has_float_output_(is_in_list(graph, constraints.float_outputs, "float_outputs", kOpTypes)) {
  const auto match = [&](const OpRule& rule, const RuleSubject& subject) {
    const std::vector<OpId> ops = matching_ops(graph, rule.pattern, subject);
    if (ops.empty()) fail_unmatched(graph, "the rule", rule.pattern, subject);
    for (const OpId op : ops) rules_of_op_[static_cast<std::size_t>(op)].push_back(&rule);
    rules_.push_back(&rule);
  };
  for (const OpRule& rule : constraints.op_types) match(rule, kOpTypes);
  for (const OpRule& rule : constraints.ops) match(rule, kOpNames);
}

const OpRule* UserRules::rule_for_float(OpId op) const {
  const std::vector<const OpRule*>& rules = rules_of_op_.at(static_cast<std::size_t>(op));
  const auto decides = [](const OpRule* rule) { return rule->keep_float.has_value(); };
  const auto last = std::find_if(rules.rbegin(), rules.rend(), decides);
  return last != rules.rend() && *(*last)->keep_float ? *last : nullptr;
}

std::string UserRules::reason_for_float(OpId op) const {
  const std::string& exclusion = exclusions_.at(static_cast<std::size_t>(op));
  if (!exclusion.empty()) return "among the ops to exclude ('" + exclusion + "')";
  const OpRule* const rule = rule_for_float(op);
  return rule == nullptr ? std::string() : "kept in float by the rule '" + rule->pattern + "'";
}

std::string UserRules::reason_unlisted(OpId first) const {
  const OpNode& node = graph_.op(first);
  if (!is_type_listed_.at(static_cast<std::size_t>(first))) {
    return node.type + " is not among the op types to quantize";
  }
  if (!is_name_listed_.at(static_cast<std::size_t>(first)))
    return "'" + node.name + "' is not among the ops to quantize";
  return {};
}

std::vector<bool> UserRules::float_ops() const {
  std::vector<bool> is_float(rules_of_op_.size());
  for (std::size_t op = 0; op < is_float.size(); ++op) is_float[op] = !reason_for_float(static_cast<OpId>(op)).empty();
  return is_float;
}

UnitDemands UserRules::demands_on(const QuantizationUnit& unit) const {
  UnitDemands demands;
  for (const OpRule* rule : rules_) {
    const auto is_matched = [&](OpId op) {
      const std::vector<const OpRule*>& rules = rules_of_op_.at(static_cast<std::size_t>(op));
      return std::ranges::find(rules, rule) != rules.end();
    };
    if (!rule->weight && !rule->activation) continue;
    if (std::ranges::none_of(unit.ops, is_matched)) continue;
    override_with(demands.weight, rule->weight);
    override_with(demands.activation, rule->activation);
    demands.patterns.push_back(rule->pattern);
  }
  return demands;
}

}  // namespace halftone

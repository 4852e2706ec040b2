#include "capability/user_rules.h"

#include <algorithm>
#include <regex>
#include <unordered_map>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kLongestPattern = 1000;
constexpr std::size_t kMostNamesListed = 20;

/// A regular expression that must match a whole text.
class FullMatch {
 public:
  explicit FullMatch(const std::string& pattern) : literal_(pattern) {
    if (pattern.find_first_of("^$\\.*+?()[]{}|") != std::string::npos) regex_ = compile(pattern);
  }

  bool matches(const std::string& text) const { return regex_ ? std::regex_match(text, *regex_) : text == literal_; }

 private:
  static std::regex compile(const std::string& pattern) {
    if (pattern.size() > kLongestPattern) {
      throw Error(ErrorCode::configuration,
                  "the pattern of a rule has " + std::to_string(pattern.size()) + " characters",
                  "at most " + std::to_string(kLongestPattern) + " are allowed; write several rules");
    }
    auto flags = std::regex::ECMAScript | std::regex::optimize;
#ifdef __GLIBCXX__
    // The default matcher recurses over the text and backtracks without bound; this one does neither.
    flags |= std::regex_constants::__polynomial;
#endif
    try {
      return std::regex(pattern, flags);
    } catch (const std::regex_error& error) {
      throw Error(ErrorCode::configuration, "'" + pattern + "' is not a regular expression: " + error.what(),
                  "put a backslash before characters that stand for themselves; back references are not supported");
    }
  }

  std::string literal_;
  std::optional<std::regex> regex_;
};

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

std::vector<OpId> matching_ops(const GraphView& graph, const OpRule& rule, const RuleSubject& subject) {
  const FullMatch pattern(rule.pattern);
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

[[noreturn]] void fail_unmatched(const GraphView& graph, const OpRule& rule, const RuleSubject& subject) {
  std::vector<std::string> words;
  for (const OpNode& node : graph.ops()) words.push_back(node.*subject.text);
  words = distinct(std::move(words));
  const std::string name(subject.name);
  const bool can_suggest = words.size() <= kMostNamesListed || !nearest_word(rule.pattern, words).empty();
  throw Error(ErrorCode::configuration,
              "the rule '" + rule.pattern + "' matches the " + name + " of no op in the model",
              can_suggest ? suggest(rule.pattern, words) : "a pattern must match the whole " + name);
}

}  // namespace

void check_rules(const UserConstraints& constraints) {
  for (const OpRule& rule : constraints.op_types) FullMatch{rule.pattern};
  for (const OpRule& rule : constraints.ops) FullMatch{rule.pattern};
}

UserRules::UserRules(const GraphView& graph, const UserConstraints& constraints) : rules_of_op_(graph.ops().size()) {
  const auto match = [&](const OpRule& rule, const RuleSubject& subject) {
    const std::vector<OpId> ops = matching_ops(graph, rule, subject);
    if (ops.empty()) fail_unmatched(graph, rule, subject);
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

std::vector<bool> UserRules::float_ops() const {
  std::vector<bool> is_float(rules_of_op_.size());
  for (std::size_t op = 0; op < is_float.size(); ++op) is_float[op] = rule_for_float(static_cast<OpId>(op)) != nullptr;
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

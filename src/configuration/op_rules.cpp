#include "configuration/op_rules.h"

#include <regex>
#include <string>

#include "capability/enum_words.h"
#include "capability/group_sizes.h"
#include "configuration/problem_list.h"

namespace halftone {
namespace {

/// std::regex compiles by recursion: an expression without a bound could exhaust the stack.
constexpr std::size_t kMaxExpression = 1'000;

void require_expression(const std::string& pattern, const StrictYaml& place) {
  if (pattern.size() > kMaxExpression) place.fail("the expression has more than 1,000 letters");
  try {
    std::regex{pattern};
  } catch (const std::regex_error& error) {
    place.fail("'" + pattern + "' is not a regular expression: " + error.what());
  }
}

SpecChoices read_spec_choices(const StrictYaml& yaml) {
  yaml.expect_keys({"dtype", "scheme", "granularity", "group_size", "range_method", "algorithm"});
  SpecChoices choices;
  if (const auto dtype = yaml.find("dtype")) choices.dtypes = read_word_list<DType>(*dtype);
  if (const auto scheme = yaml.find("scheme")) choices.schemes = read_word_list<Scheme>(*scheme);
  if (const auto granularity = yaml.find("granularity")) {
    choices.granularities = read_word_list<Granularity>(*granularity);
  }
  if (const auto sizes = yaml.find("group_size")) choices.group_sizes = read_group_sizes(*sizes);
  const auto method = yaml.find("range_method");
  const auto algorithm = yaml.find("algorithm");
  if (method && algorithm) algorithm->fail("algorithm is another word for range_method, which is given too");
  if (method) choices.algorithms = read_word_list<RangeMethod>(*method);
  if (algorithm) choices.algorithms = read_word_list<RangeMethod>(*algorithm);
  return choices;
}

bool read_keep_float(const StrictYaml& yaml) {
  const std::vector<StrictYaml> items = yaml.items();
  if (items.size() != 1) yaml.fail("expected one precision: fp32 or int8");
  return items.front().word({"fp32", "int8"}) == "fp32";
}

OpRule read_rule(const std::string& pattern, const StrictYaml& yaml) {
  OpRule rule;
  rule.pattern = pattern;
  ProblemList problems;
  problems.attempt([&] { require_expression(pattern, yaml); });
  problems.attempt([&] { yaml.expect_keys({"precision", "weight", "activation"}); });
  if (!yaml.is_map()) problems.throw_lines_if_any();
  problems.attempt([&] {
    if (const auto precision = yaml.find("precision")) rule.keep_float = read_keep_float(*precision);
  });
  problems.attempt([&] {
    if (const auto weight = yaml.find("weight")) rule.weight = read_spec_choices(*weight);
  });
  problems.attempt([&] {
    if (const auto activation = yaml.find("activation")) rule.activation = read_spec_choices(*activation);
  });
  problems.throw_lines_if_any();
  const bool says_nothing = !rule.keep_float && !rule.weight && !rule.activation;
  if (says_nothing) yaml.fail("the rule for '" + pattern + "' says nothing: give precision, weight or activation");
  return rule;
}

}  // namespace

void add_op_rules(std::vector<OpRule>& rules, const StrictYaml& map) {
  ProblemList problems;
  for (const auto& [pattern, node] : map.entries()) {
    problems.attempt([&] {
      OpRule rule = read_rule(pattern, node);
      std::erase_if(rules, [&](const OpRule& other) { return other.pattern == rule.pattern; });
      rules.push_back(std::move(rule));
    });
  }
  problems.throw_lines_if_any();
}

}  // namespace halftone

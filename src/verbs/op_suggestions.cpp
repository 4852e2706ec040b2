#include "verbs/op_suggestions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "report/config_yaml.h"
#include "verbs/quantization_setup.h"

namespace halftone {
namespace {

constexpr std::size_t kTypesShown = 3;
constexpr std::size_t kReasonsShown = 5;

/// What the choices of every unit of an op type have in common, in their order, after the default.
template <typename Value, typename Of>
std::vector<Value> alternatives(const GraphView& graph, const Capability& capability, const std::string& type, Of of) {
  std::optional<std::vector<Value>> common;
  std::set<Value> defaults;
  for (const UnitCapability& unit : capability.units) {
    if (unit.choices.empty() || graph.op(unit.unit.anchor()).type != type) continue;
    std::vector<Value> own;
    for (const OpChoice& choice : unit.choices) {
      if (const std::optional<Value> value = of(choice)) own.push_back(*value);
    }
    if (const std::optional<Value> first = of(unit.choices.front())) defaults.insert(*first);
    if (!common) common = own;
    std::erase_if(*common, [&](Value value) { return std::find(own.begin(), own.end(), value) == own.end(); });
  }
  if (!common) return {};
  std::erase_if(*common, [&](Value value) { return defaults.contains(value); });
  return *common;
}

std::string rule_of(const GraphView& graph, const Capability& capability, const std::string& type) {
  const auto granularities =
      alternatives<Granularity>(graph, capability, type, [](const OpChoice& choice) -> std::optional<Granularity> {
        return choice.weight ? std::optional(choice.weight->granularity) : std::nullopt;
      });
  if (!granularities.empty()) return "{weight: {granularity: " + std::string(to_string(granularities.front())) + "}}";
  const auto methods = alternatives<RangeMethod>(
      graph, capability, type, [](const OpChoice& choice) { return std::optional(choice.activation.range_method); });
  if (!methods.empty()) return "{activation: {range_method: " + std::string(to_string(methods.front())) + "}}";
  return "{precision: fp32}";
}

/// Types of the ops that give their unit its choice, the most frequent first.
std::vector<std::string> quantized_types(const QuantizationPlan& plan) {
  std::map<std::string, std::size_t> counts;
  for (const OpPlan& op : plan.ops) counts[op.type] += op.quantized && op.is_anchor ? 1 : 0;
  std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
  std::erase_if(order, [](const auto& entry) { return entry.second == 0; });
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> types;
  for (const auto& [type, count] : order) types.push_back(type);
  return types;
}

std::string names_text(const std::vector<const OpPlan*>& ops) {
  const OpPlan& first = *ops.front();
  if (ops.size() == 1) return first.type + " '" + first.name + "'";
  const bool same = std::all_of(ops.begin(), ops.end(), [&](const OpPlan* op) { return op->type == first.type; });
  return std::to_string(ops.size()) + " ops (" + (same ? first.type + "; " : "") + "'" + first.name + "' the first)";
}

}  // namespace

std::vector<std::string> op_type_examples(const GraphView& graph, const Capability& capability,
                                          const QuantizationPlan& plan) {
  std::vector<std::string> types = quantized_types(plan);
  std::erase_if(types, [](const std::string& type) { return !can_be_yaml_key(type); });
  types.resize(std::min(types.size(), kTypesShown));
  std::vector<std::string> examples;
  for (const std::string& type : types) {
    // The last one shows the rule that everybody needs.
    const bool is_last = examples.size() + 1 == types.size();
    examples.push_back(yaml_text(exact_pattern(type)) + ": " +
                       (is_last ? "{precision: fp32}" : rule_of(graph, capability, type)));
  }
  return examples;
}

std::vector<std::string> op_examples(const QuantizationPlan& plan) {
  std::vector<std::string> names;
  for (const OpPlan& op : plan.ops) {
    if (op.quantized && op.is_anchor && can_be_yaml_key(op.name)) names.push_back(op.name);
  }
  if (names.size() > 2) names = {names.front(), names.back()};
  std::vector<std::string> examples;
  for (const std::string& name : names) examples.push_back(yaml_text(exact_pattern(name)) + ": {precision: fp32}");
  return examples;
}

std::vector<std::string> float_advice(const QuantizationPlan& plan) {
  std::vector<std::string> reasons;
  std::map<std::string, std::vector<const OpPlan*>> by_reason;
  for (const OpPlan& op : plan.ops) {
    if (op.quantized) continue;
    std::vector<const OpPlan*>& ops = by_reason[op.reason];
    if (ops.empty()) reasons.push_back(op.reason);
    ops.push_back(&op);
  }
  std::vector<std::string> advice{std::to_string(plan.quantized_ops()) + " of " + std::to_string(plan.ops.size()) +
                                  " ops would be quantized; halftone plan shows how"};
  for (std::size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i) {
    advice.push_back("In float: " + names_text(by_reason[reasons[i]]) + ", because " + reasons[i]);
  }
  if (reasons.size() > kReasonsShown) {
    advice.push_back("… and for " + std::to_string(reasons.size() - kReasonsShown) + " other reasons");
  }
  return advice;
}

}  // namespace halftone

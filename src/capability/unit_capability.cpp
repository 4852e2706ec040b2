#include "capability/unit_capability.h"

#include <algorithm>

#include "capability/enum_words.h"
#include "capability/op_choices.h"
#include "capability/target.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// Null where there are none.
const std::vector<Alternative>* find_alternatives(const UnitContext& context, const OpNode& node) {
  if (const auto own = context.of_ops.find(node.name); own != context.of_ops.end()) {
    return own->second.empty() ? nullptr : &own->second;
  }
  const auto found = context.alternatives.find(node.type);
  return found == context.alternatives.end() ? nullptr : &found->second;
}

/// Why no alternative can come into question for the op, or empty.
std::string reason_for_op(const UnitContext& context, OpId op) {
  const OpNode& node = context.graph.op(op);
  if (std::string reason = context.rules.reason_for_float(op); !reason.empty()) return reason;
  if (!node.known) return "op type " + node.type + " is not in the op table";
  if (!node.not_quantizable.empty()) return node.not_quantizable;
  if (context.of_ops.contains(node.name) && !find_alternatives(context, node)) {
    return "the backend does not quantize this op";
  }
  if (!find_alternatives(context, node)) {
    return "the backend has no low-precision kernel for " + node.type + " in section " + context.section;
  }
  return context.rules.reason_unlisted(op);
}

/// An entry with a weight is one for constants (an operand computed at run time has no such role); one without does not
/// say how a constant weight is quantized.
std::string reason_for_weight(const GraphView& graph, OpId op, const Alternative& alternative) {
  const TensorId weight = graph.input_with_role(op, InputRole::weight);
  const bool has_constant = weight != kNone && graph.tensor(weight).is_constant();
  const bool is_computed = weight != kNone && !has_constant;
  if (is_computed ? !alternative.weight : has_constant == alternative.weight.has_value()) return {};
  return alternative.weight
             ? "its weight is not a constant"
             : "the backend has no low-precision kernel for " + graph.op(op).type + " with a constant weight";
}

/// Why an alternative is none for the op, or empty.
std::string reason_for_alternative(const UnitContext& context, OpId op, const Alternative& alternative) {
  const std::string& type = context.graph.op(op).type;
  if (alternative.runs == Runs::float_between) return "the backend only runs " + type + " in float between conversions";
  if (std::ranges::find(context.precisions, alternative.precision) == context.precisions.end()) {
    return context.precisions_of + " allows no " + alternative.precision + ", in which alone it has a kernel";
  }
  if (const auto lacking = first_lacking(context.target, alternative.requires_isa)) {
    return "the target " + context.target.isa + " lacks " + *lacking + ", which the low-precision kernel needs";
  }
  if (const auto unmet = alternative.when.first_unmet(context.graph, op)) return *unmet;
  return reason_for_weight(context.graph, op, alternative);
}

template <typename Value>
bool narrow(std::vector<Value>& offered, const std::vector<Value>& demanded) {
  if (demanded.empty()) return true;
  std::vector<Value> kept;
  for (const Value value : demanded) {
    const bool is_new = std::ranges::find(kept, value) == kept.end();
    if (is_new && std::ranges::find(offered, value) != offered.end()) kept.push_back(value);
  }
  offered = std::move(kept);
  return !offered.empty();
}

bool narrow(SpecChoices& offered, const SpecChoices& demanded) {
  return narrow(offered.dtypes, demanded.dtypes) && narrow(offered.schemes, demanded.schemes) &&
         narrow(offered.granularities, demanded.granularities) && narrow(offered.algorithms, demanded.algorithms) &&
         narrow(offered.group_sizes, demanded.group_sizes);
}

template <typename Value>
std::string listing(std::string_view name, const std::vector<Value>& values) {
  std::string text(name);
  for (const Value value : values) text += (value == values.front() ? " " : "|") + std::string(to_string(value));
  return text;
}

std::string text_of(const SpecChoices& choices) {
  std::string text = listing("dtype", choices.dtypes);
  if (std::ranges::all_of(choices.dtypes, is_float)) return text;
  text += ", " + listing("scheme", choices.schemes) + ", " + listing("granularity", choices.granularities);
  if (!choices.group_sizes.empty()) text += ", group_size";
  for (const int size : choices.group_sizes) {
    text += (size == choices.group_sizes.front() ? " " : "|") + std::to_string(size);
  }
  return text + ", " + listing("algorithm", choices.algorithms);
}

std::string offer(const std::vector<const Alternative*>& alternatives) {
  std::string text;
  for (const Alternative* alternative : alternatives) {
    text += text.empty() ? "the backend offers " : "; or ";
    text += std::string(to_string(alternative->quant_mode)) + " activation (" + text_of(alternative->activation) + ")";
    if (alternative->weight) text += ", weight (" + text_of(*alternative->weight) + ")";
  }
  return text;
}

[[noreturn]] void fail_nothing_left(const OpNode& node, const UnitDemands& demands,
                                    const std::vector<const Alternative*>& alternatives) {
  std::string rules;
  for (const std::string& pattern : demands.patterns) rules += (rules.empty() ? "'" : "', '") + pattern;
  throw Error(ErrorCode::configuration,
              "the user's rules " + rules + "' leave op '" + node.name + "' (" + node.type + ") without a choice",
              offer(alternatives));
}

bool same_but_for_advice(OpChoice one, const OpChoice& other) {
  one.advice = other.advice;
  return one == other;
}

/// An alternative that is there on request alone may say again what an earlier one says.
void add_new(const std::vector<OpChoice>& more, std::vector<OpChoice>& choices) {
  for (const OpChoice& choice : more) {
    const bool known =
        std::ranges::any_of(choices, [&](const OpChoice& earlier) { return same_but_for_advice(earlier, choice); });
    if (!known) choices.push_back(choice);
  }
}

/// What a mode has on request alone is asked for where rules leave nothing else of it.
void grant_requests(const std::vector<const Alternative*>& offered, std::vector<OpChoice>& choices) {
  for (const Alternative* alternative : offered) {
    const QuantMode mode = alternative->quant_mode;
    if (alternative->advice == Advice::on_request) continue;
    const bool all_on_request = std::ranges::all_of(choices, [&](const OpChoice& choice) {
      return choice.quant_mode != mode || choice.advice == Advice::on_request;
    });
    if (!all_on_request) continue;
    for (OpChoice& choice : choices) {
      if (choice.quant_mode == mode) choice.advice = alternative->advice;
    }
  }
}

using Alternatives = std::vector<const Alternative*>;

std::vector<OpChoice> narrowed_choices(const QuantizationUnit& unit, const UnitContext& context,
                                       const UnitDemands& demands, const Alternatives& alternatives) {
  std::vector<OpChoice> choices;
  for (const Alternative* offered : alternatives) {
    Alternative alternative = *offered;
    if (!narrow(alternative.activation, demands.activation)) continue;
    if (alternative.weight && !narrow(*alternative.weight, demands.weight)) continue;
    if (context.rules.has_float_output(unit.ops.back())) alternative.float_output = true;
    add_new(expand(alternative, context.reduce_range), choices);
  }
  grant_requests(alternatives, choices);
  return choices;
}

/// The alternatives that apply to the op; where there are none, `reason` says why.
Alternatives applicable_alternatives(const UnitContext& context, OpId op, std::string& reason) {
  reason = reason_for_op(context, op);
  if (!reason.empty()) return {};
  Alternatives applicable;
  for (const Alternative& alternative : *find_alternatives(context, context.graph.op(op))) {
    const std::string obstacle = reason_for_alternative(context, op, alternative);
    if (obstacle.empty()) applicable.push_back(&alternative);
    if (reason.empty()) reason = obstacle;
  }
  if (!applicable.empty()) reason.clear();
  return applicable;
}

}  // namespace

UnitCapability capability_of_unit(const QuantizationUnit& unit, const UnitContext& context) {
  UnitCapability capability{unit, {}, {}};
  const Alternatives alternatives = applicable_alternatives(context, unit.anchor(), capability.reason);
  if (alternatives.empty()) return capability;
  const UnitDemands demands = context.rules.demands_on(unit);
  capability.choices = narrowed_choices(unit, context, demands, alternatives);
  if (capability.choices.empty()) fail_nothing_left(context.graph.op(unit.anchor()), demands, alternatives);
  return capability;
}

UnitCapability capability_of_piece(const QuantizationUnit& piece, const UnitContext& context) {
  UnitCapability capability{piece, {}, {}};
  const Alternatives alternatives = applicable_alternatives(context, piece.anchor(), capability.reason);
  if (alternatives.empty()) return capability;
  capability.choices = narrowed_choices(piece, context, context.rules.demands_on(piece), alternatives);
  if (capability.choices.empty()) capability.reason = "the user's rules leave it without a choice";
  return capability;
}

}  // namespace halftone

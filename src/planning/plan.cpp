#include "halftone/plan.h"

#include <algorithm>
#include <set>

#include "planning/parameters.h"
#include "planning/placement.h"
#include "planning/rescaled_inputs.h"
#include "planning/scale_groups.h"

namespace halftone {
namespace {

/// All that is decided before the plan is written down.
struct Decisions {
  Placement placement;
  std::vector<ScaleGroup> groups;
  std::vector<GroupParameters> parameters;
  std::map<TensorId, int> group_of;
  bool calibrated = false;  ///< without statistics no weight is looked at either
  PlanningCache* cache = nullptr;
};

void exclude_readers_and_writer(const Placement& placement, const ScaleGroup& group, const std::string& reason,
                                std::vector<std::string>& excluded) {
  for (const TensorId tensor : group.tensors) {
    const TensorNode& node = placement.graph().tensor(tensor);
    if (node.producer != kNone && placement.is_written_quantized(tensor)) {
      excluded[placement.unit_of(node.producer)] = reason;
    }
    for (const TensorUse& use : node.uses) {
      const std::size_t unit = placement.unit_of(use.op);
      if (placement.unit(unit).carries_integers()) excluded[unit] = reason;
    }
  }
}

// Units whose tensors calibration has not seen go back to float, which may take others along: decide again until all
// parameters are there.
Decisions decide(const GraphView& graph, const Capability& capability, const TuneConfig& config,
                 const CalibrationTable* table, PlanningCache* cache) {
  std::vector<std::string> excluded(capability.units.size());
  for (;;) {
    Placement placement(graph, capability, config, excluded);
    const RescaledInputs rescaled = find_rescaled_inputs(placement, table, cache);
    std::vector<ScaleGroup> groups = find_scale_groups(placement, rescaled);
    std::vector<GroupParameters> parameters;
    bool complete = true;
    for (const ScaleGroup& group : groups) {
      parameters.push_back(parameters_of_group(placement, group, table, cache));
      const std::string& missing = parameters.back().missing;
      if (missing.empty()) continue;
      complete = false;
      exclude_readers_and_writer(placement, group, "calibration has not seen tensor '" + missing + "'", excluded);
    }
    if (!complete) continue;
    std::map<TensorId, int> group_of = group_of_tensors(groups);
    return {std::move(placement), std::move(groups), std::move(parameters),
            std::move(group_of),  table != nullptr,  cache};
  }
}

const GroupParameters& parameters_of(const Decisions& decisions, TensorId tensor) {
  return decisions.parameters[static_cast<std::size_t>(decisions.group_of.at(tensor))];
}

// What op reads beside its weight: quantized tensors, and constants as activations.
void plan_activations(const Decisions& decisions, OpId op, OpPlan& plan) {
  const GraphView& graph = decisions.placement.graph();
  const OpNode& node = graph.op(op);
  for (const int index : decisions.placement.outside_activations(op)) {
    const TensorNode& read = graph.tensor(node.inputs[static_cast<std::size_t>(index)]);
    if (!read.is_constant()) {
      plan.quantized_inputs.push_back(index);
      continue;
    }
    ConstantPlan constant{read.name, index, plan.choice->activation, std::nullopt};
    if (node.meaning.shares_scale)
      constant.params = parameters_of(decisions, node.outputs.front()).params;
    else if (decisions.calibrated)
      constant.params = parameters_of_constant_activation(read.value->read(), constant.spec);
    plan.constant_activations.push_back(std::move(constant));
  }
}

void plan_constants(const Decisions& decisions, OpId op, OpPlan& plan, std::vector<std::string>& warnings) {
  const GraphView& graph = decisions.placement.graph();
  const QuantParams* input = nullptr;
  if (!plan.quantized_inputs.empty()) {
    const auto first = static_cast<std::size_t>(plan.quantized_inputs.front());
    const auto& params = parameters_of(decisions, graph.op(op).inputs[first]).params;
    if (params) input = &*params;
  }
  ConstantParameters constants = constants_to_quantize(graph, op, *plan.choice);
  if (decisions.calibrated) choose_parameters(graph, op, input, constants, decisions.cache);
  plan.weight = std::move(constants.weight);
  plan.bias = std::move(constants.bias);
  if (constants.lifted > 0) {
    warnings.push_back("op '" + plan.name + "': the weight scale of " + std::to_string(constants.lifted) +
                       " channels was raised so that their bias fits 32 bits");
  }
}

// A product that quantizes its input at run time, or its weight alone, gives float, which the ops that would follow it
// in one kernel take.
void plan_behind_float_product(OpPlan& plan) {
  const bool weight_only = plan.is_weight_only();
  plan.quantized = false;
  plan.choice.reset();
  plan.reason = weight_only ? "the product before it has a quantized weight alone and gives it float"
                            : "the product before it is quantized at run time and gives it float";
}

void plan_weight_only(const Decisions& decisions, OpId op, OpPlan& plan) {
  plan.weight = constants_to_quantize(decisions.placement.graph(), op, *plan.choice).weight;
}

void plan_dynamic(const Decisions& decisions, OpId op, OpPlan& plan) {
  const GraphView& graph = decisions.placement.graph();
  for (const int index : decisions.placement.outside_activations(op)) {
    const TensorId read = graph.op(op).inputs[static_cast<std::size_t>(index)];
    if (!graph.tensor(read).is_constant()) plan.dynamic_inputs.push_back(index);
  }
  ConstantParameters constants = constants_to_quantize(graph, op, *plan.choice);
  constants.bias.reset();  // added in float
  if (decisions.calibrated) choose_parameters(graph, op, nullptr, constants, decisions.cache);
  plan.weight = std::move(constants.weight);
  plan.recurrent_weight = std::move(constants.recurrent_weight);
}

OpPlan plan_op(const Decisions& decisions, OpId op, std::vector<std::string>& warnings) {
  const Placement& placement = decisions.placement;
  const std::size_t index = placement.unit_of(op);
  const UnitPlacement& unit = placement.unit(index);
  const OpNode& node = placement.graph().op(op);
  OpPlan plan;
  plan.name = node.name;
  plan.type = node.type;
  plan.pattern = placement.units()[index].unit.pattern;
  plan.quantized = unit.quantized();
  plan.is_anchor = placement.units()[index].unit.anchor() == op;
  plan.reason = unit.reason;
  if (!unit.quantized()) return plan;
  plan.choice = unit.choice;
  if (unit.carries_integers()) {
    plan_activations(decisions, op, plan);
    plan_constants(decisions, op, plan, warnings);
  } else if (!plan.is_anchor) {
    plan_behind_float_product(plan);
  } else if (plan.is_weight_only()) {
    plan_weight_only(decisions, op, plan);
  } else {
    plan_dynamic(decisions, op, plan);
  }
  return plan;
}

bool is_read_in_float(const Placement& placement, TensorId tensor) {
  const TensorNode& node = placement.graph().tensor(tensor);
  if (node.is_graph_output) return true;
  return std::any_of(node.uses.begin(), node.uses.end(), [&](const TensorUse& use) {
    return !placement.unit(placement.unit_of(use.op)).carries_integers();
  });
}

// Units that hand each other quantized values belong to one island.
int count_islands(const Placement& placement, const std::vector<TensorPlan>& tensors) {
  std::map<std::size_t, std::set<std::size_t>> neighbours;
  for (std::size_t i = 0; i < placement.units().size(); ++i) {
    if (placement.unit(i).quantized()) neighbours[i];
  }
  for (const TensorPlan& tensor : tensors) {
    const TensorNode& node = placement.graph().tensor(*placement.graph().find_tensor(tensor.tensor));
    if (!tensor.produced_quantized) continue;
    const std::size_t from = placement.unit_of(node.producer);
    for (const TensorUse& use : node.uses) {
      const std::size_t to = placement.unit_of(use.op);
      if (!placement.unit(to).carries_integers()) continue;
      neighbours[from].insert(to);
      neighbours[to].insert(from);
    }
  }
  int islands = 0;
  std::set<std::size_t> seen;
  for (const auto& [unit, unused] : neighbours) {
    if (seen.contains(unit)) continue;
    ++islands;
    std::vector<std::size_t> open{unit};
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      if (!seen.insert(next).second) continue;
      open.insert(open.end(), neighbours[next].begin(), neighbours[next].end());
    }
  }
  return islands;
}

// Ops that read the same tensor share what it was quantized to.
int count_dynamic_inputs(const GraphView& graph, const QuantizationPlan& plan) {
  std::set<TensorId> tensors;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    for (const int input : plan.ops[i].dynamic_inputs) {
      tensors.insert(graph.ops()[i].inputs[static_cast<std::size_t>(input)]);
    }
  }
  return static_cast<int>(tensors.size());
}

void plan_tensors(const Decisions& decisions, QuantizationPlan& plan) {
  const Placement& placement = decisions.placement;
  for (const auto& [tensor, group] : decisions.group_of) {
    const GroupParameters& parameters = decisions.parameters[static_cast<std::size_t>(group)];
    const bool written = placement.is_written_quantized(tensor);
    plan.tensors.push_back({placement.graph().tensor(tensor).name, parameters.spec, parameters.params, group, written});
    if (!written)
      ++plan.conversions.quantize;
    else if (is_read_in_float(placement, tensor))
      ++plan.conversions.dequantize;
  }
  for (std::size_t i = 0; i < decisions.groups.size(); ++i) {
    if (decisions.parameters[i].range_is_fixed) continue;
    for (const TensorId source : decisions.groups[i].sources) {
      plan.sources[static_cast<int>(i)].push_back(placement.graph().tensor(source).name);
    }
  }
}

std::string name_some(const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) text += (i == 0 ? "'" : ", '") + names[i] + "'";
  return names.size() <= kNamed ? text : text + " and " + std::to_string(names.size() - kNamed) + " more";
}

// What a user gives for one tensor holds for all that share its scale, and for nobody where none is quantized.
void warn_of_given_parameters(const Decisions& decisions, const TuneConfig& config,
                              std::vector<std::string>& warnings) {
  const Placement& placement = decisions.placement;
  const GraphView& graph = placement.graph();
  for (std::size_t i = 0; i < decisions.groups.size(); ++i) {
    const std::optional<TensorId> given = decisions.parameters[i].given_for;
    std::vector<std::string> followers;
    for (const TensorId tensor : decisions.groups[i].tensors) {
      if (given && placement.given(tensor) == nullptr) followers.push_back(graph.tensor(tensor).name);
    }
    if (followers.empty()) continue;
    warnings.push_back("the parameters given for tensor '" + graph.tensor(*given).name + "' hold for " +
                       name_some(followers) + " as well, since they share one scale");
  }
  std::vector<std::string> unused;
  for (const auto& [name, parameters] : config.tensors) {
    if (!decisions.group_of.contains(*graph.find_tensor(name))) unused.push_back(name);
  }
  if (unused.empty()) return;
  warnings.push_back("the parameters given for " + name_some(unused) +
                     " are not used: no op gives or takes it in integers of a fixed scale");
}

// Kernels take and give integers of one type. Where ops that share a tensor want different ones, the tensor has but one
// of them, and the others' conversions stay around a float kernel.
void warn_of_mixed_types(const Decisions& decisions, std::vector<std::string>& warnings) {
  const Placement& placement = decisions.placement;
  std::vector<std::string> mixed;
  for (std::size_t i = 0; i < placement.units().size(); ++i) {
    if (!placement.unit(i).carries_integers()) continue;
    const DType wanted = placement.unit(i).choice->activation.dtype;
    std::vector<TensorId> tensors = placement.outputs_of(i);
    for (const OpId op : placement.units()[i].unit.ops) {
      for (const int index : placement.outside_activations(op)) {
        tensors.push_back(placement.graph().op(op).inputs[static_cast<std::size_t>(index)]);
      }
    }
    const bool differs = std::ranges::any_of(tensors, [&](TensorId tensor) {
      return decisions.group_of.contains(tensor) && parameters_of(decisions, tensor).spec.dtype != wanted;
    });
    if (differs) mixed.push_back(placement.graph().op(placement.units()[i].unit.anchor()).name);
  }
  if (mixed.empty()) return;
  warnings.push_back(std::to_string(mixed.size()) +
                     " ops share tensors with ops of another activation dtype and may run in float: " +
                     name_some(mixed) + "; one rule for all op types ('.*') gives them the same");
}

}  // namespace

QuantizationPlan make_plan(const GraphView& graph, const Capability& capability, const TuneConfig& config,
                           const CalibrationTable* table, PlanningCache* cache) {
  const Decisions decisions = decide(graph, capability, config, table, cache);
  QuantizationPlan plan;
  plan.layout = config.layout;
  plan_tensors(decisions, plan);
  warn_of_given_parameters(decisions, config, plan.warnings);
  warn_of_mixed_types(decisions, plan.warnings);
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    plan.ops.push_back(plan_op(decisions, static_cast<OpId>(i), plan.warnings));
  }
  plan.conversions.quantize += count_dynamic_inputs(graph, plan);
  plan.conversions.islands = count_islands(decisions.placement, plan.tensors);
  return plan;
}

const TensorPlan* QuantizationPlan::find_tensor(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const TensorPlan& t) { return t.tensor == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::size_t QuantizationPlan::quantized_ops() const {
  return static_cast<std::size_t>(std::count_if(ops.begin(), ops.end(), [](const OpPlan& op) { return op.quantized; }));
}

std::vector<std::string> QuantizationPlan::observed_tensors() const {
  std::set<std::string> names;
  for (const auto& [group, tensors_of_group] : sources) names.insert(tensors_of_group.begin(), tensors_of_group.end());
  return {names.begin(), names.end()};
}

}  // namespace halftone

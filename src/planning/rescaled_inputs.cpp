#include "planning/rescaled_inputs.h"

#include <algorithm>

#include "planning/parameters.h"

namespace halftone {
namespace {

/// A shared scale may be this much coarser than a tensor's own. Below, the error that sharing adds is less than that
/// of losing one bit, and moving bytes is faster than rescaling them.
constexpr float kCoarsestShare = 2;

/// A way of grouping the tensors, with the parameters of those groups that are asked for.
class Grouping {
 public:
  Grouping(const Placement& placement, const CalibrationTable* table, PlanningCache* cache,
           const RescaledInputs& rescaled)
      : placement_(placement),
        table_(table),
        cache_(cache),
        groups_(find_scale_groups(placement, rescaled)),
        group_of_(group_of_tensors(groups_)) {}

  const GroupParameters& parameters_of(TensorId tensor) {
    const int group = group_of_.at(tensor);
    const auto known = parameters_.find(group);
    if (known != parameters_.end()) return known->second;
    const ScaleGroup& members = groups_[static_cast<std::size_t>(group)];
    return parameters_.emplace(group, parameters_of_group(placement_, members, table_, cache_)).first->second;
  }

 private:
  const Placement& placement_;
  const CalibrationTable* table_;
  PlanningCache* cache_;
  std::vector<ScaleGroup> groups_;
  std::map<TensorId, int> group_of_;
  std::map<int, GroupParameters> parameters_;
};

RescaledInputs inputs_of_joins(const Placement& placement) {
  const GraphView& graph = placement.graph();
  RescaledInputs joined;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const OpId op = static_cast<OpId>(i);
    const UnitPlacement& unit = placement.unit(placement.unit_of(op));
    if (!unit.quantized() || !graph.op(op).meaning.shares_scale || unit.choice->runs != Runs::int8) continue;
    const std::vector<int> reads = placement.outside_activations(op);
    if (reads.size() < 2) continue;
    for (const int index : reads) {
      if (!graph.tensor(graph.op(op).inputs[static_cast<std::size_t>(index)]).is_constant()) joined.insert({op, index});
    }
  }
  return joined;
}

TensorId tensor_read(const GraphView& graph, const std::pair<OpId, int>& input) {
  return graph.op(input.first).inputs[static_cast<std::size_t>(input.second)];
}

TensorId tensor_written(const GraphView& graph, OpId op) { return graph.op(op).outputs.front(); }

// A kernel rescales numbers of one type alone.
bool writes_the_type_it_reads(const GraphView& graph, const std::pair<OpId, int>& input, Grouping& apart) {
  return apart.parameters_of(tensor_read(graph, input)).spec ==
         apart.parameters_of(tensor_written(graph, input.first)).spec;
}

bool is_given_otherwise(const Placement& placement, const GroupParameters& own, const GroupParameters& shared) {
  if (!own.given_for && !shared.given_for) return false;
  if (!own.given_for || !shared.given_for) return true;
  return *placement.given(*own.given_for) != *placement.given(*shared.given_for);
}

bool loses_a_bit(const GroupParameters& own, const GroupParameters& shared) {
  if (!own.params || !shared.params) return false;
  return shared.params->scale.front() >= kCoarsestShare * own.params->scale.front();
}

}  // namespace

RescaledInputs find_rescaled_inputs(const Placement& placement, const CalibrationTable* table, PlanningCache* cache) {
  const GraphView& graph = placement.graph();
  RescaledInputs joined = inputs_of_joins(placement), rescaled;
  if (joined.empty()) return rescaled;
  Grouping apart(placement, table, cache, joined);
  std::erase_if(joined, [&](const auto& input) { return !writes_the_type_it_reads(graph, input, apart); });
  for (const auto& input : joined) {
    const GroupParameters& own = apart.parameters_of(tensor_read(graph, input));
    const GroupParameters& shared = apart.parameters_of(tensor_written(graph, input.first));
    if (is_given_otherwise(placement, own, shared) || loses_a_bit(own, shared)) rescaled.insert(input);
  }
  // Several joins in a row, each of which coarsens by less than a bit, may take more than one together.
  for (std::size_t before = joined.size() + 1; before != rescaled.size();) {
    before = rescaled.size();
    Grouping chosen(placement, table, cache, rescaled);
    for (const auto& input : joined) {
      const TensorId read = tensor_read(graph, input);
      if (loses_a_bit(apart.parameters_of(read), chosen.parameters_of(read))) rescaled.insert(input);
    }
  }
  return rescaled;
}

}  // namespace halftone

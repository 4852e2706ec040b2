#include "planning/scale_groups.h"

#include <algorithm>
#include <numeric>

namespace halftone {
namespace {

/// Disjoint sets with path halving (R. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", 1984).
/// The smaller id stays the root, so that numbering follows the graph's order.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }
  TensorId root(TensorId id) {
    while (parent_[at(id)] != id) {
      parent_[at(id)] = parent_[at(parent_[at(id)])];
      id = parent_[at(id)];
    }
    return id;
  }
  void unite(TensorId a, TensorId b) {
    const TensorId x = root(a), y = root(b);
    parent_[at(std::max(x, y))] = std::min(x, y);
  }

 private:
  static std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }
  std::vector<TensorId> parent_;
};

bool is_mover(const Placement& placement, OpId op) {
  return placement.unit(placement.unit_of(op)).carries_integers() && placement.graph().op(op).meaning.shares_scale;
}

// Unites what each mover reads and writes; remembers the constants that go with the set.
void unite_movers(const Placement& placement, const RescaledInputs& rescaled, DisjointSets& sets,
                  std::vector<std::pair<TensorId, TensorId>>& constants) {
  const GraphView& graph = placement.graph();
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const OpId op = static_cast<OpId>(i);
    if (!is_mover(placement, op)) continue;
    const TensorId written = graph.op(op).outputs.front();
    for (const TensorId output : graph.op(op).outputs) {
      if (output != kNone) sets.unite(written, output);
    }
    for (const int index : placement.outside_activations(op)) {
      const TensorId read = graph.op(op).inputs[static_cast<std::size_t>(index)];
      if (graph.tensor(read).is_constant())
        constants.emplace_back(written, read);
      else if (!rescaled.contains({op, index}))
        sets.unite(written, read);
    }
  }
}

bool add_missing(const std::vector<TensorId>& more, std::vector<TensorId>& all) {
  const std::size_t before = all.size();
  for (const TensorId id : more) {
    if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(id);
  }
  return all.size() > before;
}

// A group that others flow into holds their values too, and hands them on: until nothing new arrives.
void add_inflow(const Placement& placement, const RescaledInputs& rescaled, std::vector<ScaleGroup>& groups) {
  if (rescaled.empty()) return;
  const std::map<TensorId, int> group_of = group_of_tensors(groups);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [op, index] : rescaled) {
      const OpNode& node = placement.graph().op(op);
      const auto from = static_cast<std::size_t>(group_of.at(node.inputs[static_cast<std::size_t>(index)]));
      const auto to = static_cast<std::size_t>(group_of.at(node.outputs.front()));
      if (from == to) continue;
      changed = add_missing(groups[from].sources, groups[to].sources) || changed;
      changed = add_missing(groups[from].constants, groups[to].constants) || changed;
    }
  }
}

}  // namespace

std::vector<ScaleGroup> find_scale_groups(const Placement& placement, const RescaledInputs& rescaled) {
  const GraphView& graph = placement.graph();
  DisjointSets sets(graph.tensors().size());
  std::vector<std::pair<TensorId, TensorId>> constants;
  unite_movers(placement, rescaled, sets, constants);

  std::vector<ScaleGroup> groups;
  std::map<TensorId, std::size_t> group_of_root;
  for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
    const TensorId id = static_cast<TensorId>(i);
    const TensorNode& node = graph.tensor(id);
    if (node.is_constant() || !placement.carries_quantized(id)) continue;
    const auto [found, added] = group_of_root.emplace(sets.root(id), groups.size());
    if (added) groups.emplace_back();
    ScaleGroup& group = groups[found->second];
    group.tensors.push_back(id);
    if (node.producer == kNone || !is_mover(placement, node.producer)) group.sources.push_back(id);
  }
  for (const auto& [written, constant] : constants) {
    groups[group_of_root.at(sets.root(written))].constants.push_back(constant);
  }
  add_inflow(placement, rescaled, groups);
  return groups;
}

std::map<TensorId, int> group_of_tensors(const std::vector<ScaleGroup>& groups) {
  std::map<TensorId, int> result;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const TensorId id : groups[i].tensors) result[id] = static_cast<int>(i);
  }
  return result;
}

}  // namespace halftone

#include "capability/op_blocks.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

namespace halftone {
namespace {

/// Branches of more ops than this belong to no layer; the search for their begin would cost the square of the graph.
constexpr std::size_t kLongestBranch = 1000;

/// A part of the graph between the tensor that a residual keeps and the op that adds it again.
struct ResidualBranch {
  TensorId kept = kNone;
  OpId join = kNone;
  std::vector<OpId> ops;                   ///< in order of data
  std::size_t weighted = 0, computed = 0;  ///< products by a constant, and of two computed tensors

  bool has_products() const { return weighted + computed > 0; }
  bool is_attention() const { return weighted > 0 && computed >= 2; }
  bool is_feed_forward() const { return weighted >= 2 && computed == 0; }
};

bool is_computed_product(const GraphView& graph, OpId op) {
  const TensorId weight = graph.input_with_role(op, InputRole::weight);
  return weight == kNone || !graph.tensor(weight).is_constant();
}

/// The ops that `value` is computed by and that stand after `first` in the order of the graph, in that order; none when
/// there are too many.
std::vector<OpId> ops_before(const GraphView& graph, TensorId value, OpId first) {
  std::set<OpId> pending{graph.tensor(value).producer};
  std::vector<OpId> found;
  while (!pending.empty()) {
    if (found.size() == kLongestBranch) return {};
    // Producers stand before their readers, so that the last op is never met again.
    found.push_back(pending.extract(std::prev(pending.end())).value());
    for (const TensorId input : graph.op(found.back()).inputs) {
      const OpId producer = input == kNone ? kNone : graph.tensor(input).producer;
      if (producer > first) pending.insert(producer);
    }
  }
  std::ranges::reverse(found);
  return found;
}

/// Those of `ops` that compute with `kept`, however indirectly.
std::vector<OpId> ops_from(const GraphView& graph, const std::vector<OpId>& ops, TensorId kept) {
  std::vector<OpId> reached;
  for (const OpId op : ops) {
    const bool reads = std::ranges::any_of(graph.op(op).inputs, [&](TensorId input) {
      if (input == kNone || input == kept) return input == kept;
      return std::ranges::binary_search(reached, graph.tensor(input).producer);
    });
    if (reads) reached.push_back(op);
  }
  return reached;
}

/// How many products stand before each op, in the order of the graph; the last count is of all.
using ProductCounts = std::vector<std::size_t>;

ProductCounts count_products(const GraphView& graph) {
  ProductCounts counts{0};
  for (const OpNode& op : graph.ops()) counts.push_back(counts.back() + (op.meaning.is_product ? 1 : 0));
  return counts;
}

std::optional<ResidualBranch> branch_between(const GraphView& graph, const ProductCounts& counts, TensorId kept,
                                             TensorId value, OpId join) {
  const OpId last = graph.tensor(value).producer;
  const OpId first = graph.tensor(kept).producer;
  if (last == kNone || last <= first) return std::nullopt;
  // Most joins are within an activation or a normalisation: no need to search them.
  const std::size_t begin = first == kNone ? 0 : static_cast<std::size_t>(first) + 1;
  if (counts[static_cast<std::size_t>(last) + 1] == counts[begin]) return std::nullopt;
  ResidualBranch branch{.kept = kept, .join = join, .ops = ops_from(graph, ops_before(graph, value, first), kept)};
  if (branch.ops.empty() || branch.ops.back() != last) return std::nullopt;
  for (const OpId op : branch.ops) {
    if (!graph.op(op).meaning.is_product) continue;
    ++(is_computed_product(graph, op) ? branch.computed : branch.weighted);
  }
  if (!branch.has_products()) return std::nullopt;
  return branch;
}

/// The branch that an op closes, or nothing.
std::optional<ResidualBranch> branch_closed_by(const GraphView& graph, const ProductCounts& counts, OpId join) {
  const OpNode& node = graph.op(join);
  std::vector<TensorId> inputs;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const TensorId input = node.inputs[i];
    if (input == kNone || node.role(i) != InputRole::activation) continue;
    if (!graph.tensor(input).is_constant()) inputs.push_back(input);
  }
  if (inputs.size() != 2 || inputs[0] == inputs[1] || node.meaning.is_product) return std::nullopt;
  if (auto branch = branch_between(graph, counts, inputs[0], inputs[1], join)) return branch;
  return branch_between(graph, counts, inputs[1], inputs[0], join);
}

/// Branches with products, those around another left out, in the order of their joins.
std::vector<ResidualBranch> innermost_branches(const GraphView& graph) {
  const ProductCounts counts = count_products(graph);
  std::vector<ResidualBranch> branches;
  for (std::size_t op = 0; op < graph.ops().size(); ++op) {
    std::optional<ResidualBranch> branch = branch_closed_by(graph, counts, static_cast<OpId>(op));
    if (!branch) continue;
    const bool is_around = std::ranges::any_of(
        branches, [&](const ResidualBranch& inner) { return std::ranges::binary_search(branch->ops, inner.join); });
    if (!is_around) branches.push_back(*std::move(branch));
  }
  return branches;
}

/// Whether the tensor follows from the join's result without a product between.
bool follows_without_product(const GraphView& graph, TensorId tensor, OpId join) {
  const OpId producer = graph.tensor(tensor).producer;
  if (producer == join) return true;
  if (producer < join) return false;
  const std::vector<OpId> between = ops_before(graph, tensor, join - 1);
  const bool is_after = std::ranges::binary_search(between, join);
  return is_after && std::ranges::none_of(between, [&](OpId op) { return graph.op(op).meaning.is_product; });
}

std::vector<std::string> products_of(const GraphView& graph, const ResidualBranch& branch) {
  std::vector<std::string> names;
  for (const OpId op : branch.ops) {
    if (graph.op(op).meaning.is_product) names.push_back(graph.op(op).name);
  }
  return names;
}

}  // namespace

std::vector<std::vector<std::string>> feed_forward_blocks(const GraphView& graph) {
  const std::vector<ResidualBranch> branches = innermost_branches(graph);
  std::vector<std::vector<std::string>> blocks;
  for (const ResidualBranch& branch : branches) {
    if (!branch.is_feed_forward()) continue;
    const bool is_of_a_layer = std::ranges::any_of(branches, [&](const ResidualBranch& other) {
      return other.is_attention() && follows_without_product(graph, branch.kept, other.join);
    });
    if (is_of_a_layer) blocks.push_back(products_of(graph, branch));
  }
  std::ranges::reverse(blocks);
  return blocks;
}

}  // namespace halftone

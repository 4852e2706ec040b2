#include <queue>

#include "halftone/error.h"
#include "halftone/graph.h"

namespace halftone {

TensorId GraphBuilder::tensor(const std::string& name) {
  const auto [found, added] = view_.tensor_ids_.emplace(name, static_cast<TensorId>(view_.tensors_.size()));
  if (added) {
    view_.tensors_.emplace_back();
    view_.tensors_.back().name = name;
  }
  return found->second;
}

Constant::Constant(Tensor value)
    : dtype_(value.dtype()), shape_(value.shape()), read_([tensor = std::move(value)] { return tensor; }) {}

Constant::Constant(DType dtype, Shape shape, std::function<Tensor()> read)
    : dtype_(dtype), shape_(std::move(shape)), read_(std::move(read)) {}

void GraphBuilder::add_input(TensorSignature signature) {
  view_.inputs_.push_back(tensor(signature.name));
  add_subgraph_input(std::move(signature));
}

void GraphBuilder::add_subgraph_input(TensorSignature signature) {
  const TensorId id = tensor(signature.name);
  if (view_.tensor(id).is_graph_input) {
    throw Error(ErrorCode::invalid_model, "two inputs of the graph are named '" + signature.name + "'");
  }
  view_.tensors_[static_cast<std::size_t>(id)].is_graph_input = true;
  describe_tensor(std::move(signature));
}

void GraphBuilder::add_output(std::string name) {
  const TensorId id = tensor(name);
  view_.tensors_[static_cast<std::size_t>(id)].is_graph_output = true;
  view_.outputs_.push_back(id);
}

void GraphBuilder::add_constant(std::string name, Constant value) {
  TensorNode& node = view_.tensors_[static_cast<std::size_t>(tensor(name))];
  if (node.value) throw Error(ErrorCode::invalid_model, "two constants are named '" + name + "'");
  node.dtype = value.dtype();
  node.shape = value.shape();
  node.value = std::move(value);
}

void GraphBuilder::describe_tensor(TensorSignature signature) {
  TensorNode& node = view_.tensors_[static_cast<std::size_t>(tensor(signature.name))];
  if (node.value) return;
  node.dtype = signature.dtype;
  node.shape = std::move(signature.shape);
}

void GraphBuilder::add_op(Op op) {
  const OpId id = static_cast<OpId>(view_.ops_.size());
  if (!view_.op_ids_.emplace(op.name, id).second) {
    throw Error(ErrorCode::invalid_model, "two ops are named '" + op.name + "'");
  }
  OpNode node;
  node.known = op.meaning.has_value();
  node.meaning = std::move(op.meaning).value_or(OpMeaning{});
  node.attributes = std::move(op.attributes);
  node.not_quantizable = std::move(op.not_quantizable);
  for (const std::string& input : op.inputs) node.inputs.push_back(input.empty() ? kNone : tensor(input));
  for (const std::string& output : op.outputs) {
    const TensorId written = output.empty() ? kNone : tensor(output);
    node.outputs.push_back(written);
    if (written == kNone) continue;
    TensorNode& target = view_.tensors_[static_cast<std::size_t>(written)];
    if (target.producer != kNone || target.value || target.is_graph_input) {
      throw Error(ErrorCode::invalid_model, "tensor '" + output + "' is written by op '" + op.name + "' and once more");
    }
    target.producer = id;
  }
  node.scope = op.scope;
  node.name = std::move(op.name);
  node.type = std::move(op.type);
  view_.ops_.push_back(std::move(node));
}

// Kahn's algorithm that takes ready ops in the order given, so that a graph already in order keeps it.
void GraphBuilder::sort_ops() {
  const std::size_t count = view_.ops_.size();
  std::vector<int> waiting(count, 0);
  std::vector<std::vector<OpId>> readers(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (const TensorId input : view_.ops_[i].inputs) {
      if (input == kNone || view_.tensor(input).producer == kNone) continue;
      ++waiting[i];
      readers[static_cast<std::size_t>(view_.tensor(input).producer)].push_back(static_cast<OpId>(i));
    }
  }
  std::priority_queue<OpId, std::vector<OpId>, std::greater<>> ready;
  for (std::size_t i = 0; i < count; ++i) {
    if (waiting[i] == 0) ready.push(static_cast<OpId>(i));
  }
  std::vector<OpId> new_id(count, kNone);
  std::vector<OpNode> sorted;
  sorted.reserve(count);
  while (!ready.empty()) {
    const auto id = static_cast<std::size_t>(ready.top());
    ready.pop();
    new_id[id] = static_cast<OpId>(sorted.size());
    sorted.push_back(std::move(view_.ops_[id]));
    for (const OpId reader : readers[id]) {
      if (--waiting[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (sorted.size() != count) throw Error(ErrorCode::invalid_model, "the graph has a cycle");
  view_.ops_ = std::move(sorted);
  for (TensorNode& node : view_.tensors_) {
    if (node.producer != kNone) node.producer = new_id[static_cast<std::size_t>(node.producer)];
  }
  for (auto& [name, id] : view_.op_ids_) id = new_id[static_cast<std::size_t>(id)];
}

void GraphBuilder::link_uses() {
  for (std::size_t i = 0; i < view_.ops_.size(); ++i) {
    const OpNode& node = view_.ops_[i];
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
      if (node.inputs[k] == kNone) continue;
      TensorNode& read = view_.tensors_[static_cast<std::size_t>(node.inputs[k])];
      read.uses.push_back({static_cast<OpId>(i), static_cast<int>(k)});
    }
  }
}

GraphView GraphBuilder::build() && {
  sort_ops();
  link_uses();
  for (const TensorNode& node : view_.tensors_) {
    const bool has_origin = node.producer != kNone || node.value || node.is_graph_input;
    if (has_origin || (node.uses.empty() && !node.is_graph_output)) continue;
    const std::string reader =
        node.uses.empty() ? "the graph's outputs" : "op '" + view_.op(node.uses[0].op).name + "'";
    throw Error(ErrorCode::invalid_model, "tensor '" + node.name + "', read by " + reader + ", is written by nothing");
  }
  return std::move(view_);
}

}  // namespace halftone

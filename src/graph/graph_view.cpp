#include <algorithm>

#include "halftone/graph.h"

namespace halftone {

InputRole OpNode::role(std::size_t input) const {
  if (meaning.roles.empty()) return InputRole::parameter;
  return meaning.roles[std::min(input, meaning.roles.size() - 1)];
}

std::optional<OpId> GraphView::find_op(std::string_view name) const {
  const auto found = op_ids_.find(std::string(name));
  if (found == op_ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<TensorId> GraphView::find_tensor(std::string_view name) const {
  const auto found = tensor_ids_.find(std::string(name));
  if (found == tensor_ids_.end()) return std::nullopt;
  return found->second;
}

TensorId GraphView::main_input(OpId id) const {
  const OpNode& node = op(id);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const TensorId input = node.inputs[i];
    if (input != kNone && node.role(i) == InputRole::activation && !tensor(input).is_constant()) return input;
  }
  return kNone;
}

TensorId GraphView::input_with_role(OpId id, InputRole role) const {
  const OpNode& node = op(id);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != kNone && node.role(i) == role) return node.inputs[i];
  }
  return kNone;
}

}  // namespace halftone

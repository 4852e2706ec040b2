#include "adaptors/onnxruntime/passes/raise_opset_node.h"

namespace halftone::onnxruntime {

void RaisedNode::set_input(std::size_t position, std::string name) {
  if (node.inputs.size() <= position) node.inputs.resize(position + 1);
  node.inputs[position] = std::move(name);
}

TensorType RaisedNode::first_input_type() const {
  const auto found = node.inputs.empty() ? types_.end() : types_.find(node.inputs[0]);
  return found == types_.end() ? TensorType{} : found->second;
}

std::string RaisedNode::new_name(const std::string& suffix) {
  return names_.give((node.outputs.empty() ? node.op_type : node.outputs[0]) + suffix);
}

std::string RaisedNode::add_constant(const std::string& suffix, const Tensor& value) {
  const std::string name = new_name(suffix);
  graph_.initializers.push_back({name, model_.keep(write_tensor(name, value))});
  return name;
}

OnnxNode RaisedNode::make_node(const std::string& type, std::vector<std::string> inputs, const std::string& output) {
  OnnxNode made;
  made.op_type = type;
  made.name = names_.give(output + "_" + type);
  made.inputs = std::move(inputs);
  made.outputs = {output};
  return made;
}

}  // namespace halftone::onnxruntime

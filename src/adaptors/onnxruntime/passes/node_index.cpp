#include "adaptors/onnxruntime/passes/node_index.h"

#include <utility>

namespace halftone::onnxruntime {

NodeIndex::NodeIndex(const OnnxGraph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const OnnxNode& node = graph.nodes[i];
    for (const std::string& output : node.outputs) uses_[output].producer = static_cast<int>(i);
    for (const std::string& input : node.inputs) ++uses_[input].readers;
    for (const std::string& captured : captured_names(node)) ++uses_[captured].readers;
  }
  for (const OnnxValueInfo& output : graph.outputs) {
    ++uses_[output.name].readers;
    uses_[output.name].is_output = true;
  }
}

int NodeIndex::producer(const std::string& tensor) const {
  const auto found = uses_.find(tensor);
  return found == uses_.end() ? -1 : found->second.producer;
}

int NodeIndex::readers(const std::string& tensor) const {
  const auto found = uses_.find(tensor);
  return found == uses_.end() ? 0 : found->second.readers;
}

bool NodeIndex::is_output(const std::string& tensor) const {
  const auto found = uses_.find(tensor);
  return found != uses_.end() && found->second.is_output;
}

ConstantIndex::ConstantIndex(const OnnxModel& model) : files_(model.files) {
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxInitializer& initializer : graph->initializers) add(initializer);
  }
}

const OnnxInitializer* ConstantIndex::find(const std::string& name) const {
  const auto found = initializers_.find(name);
  return found == initializers_.end() ? nullptr : &found->second;
}

std::optional<Tensor> ConstantIndex::value(const std::string& name, DType dtype) const {
  const OnnxInitializer* found = find(name);
  if (found == nullptr || read_tensor_header(found->message).dtype != dtype) return std::nullopt;
  return read_value(*found, *files_);
}

NameGiver::NameGiver(const OnnxGraph& outermost) {
  for (const OnnxGraph* graph : graphs_inside_out(outermost)) {
    for (const OnnxNode& node : graph->nodes) {
      taken_[node.name];
      for (const std::string& input : node.inputs) taken_[input];
      for (const std::string& output : node.outputs) taken_[output];
    }
    for (const OnnxValueInfo& input : graph->inputs) taken_[input.name];
    for (const OnnxValueInfo& output : graph->outputs) taken_[output.name];
    for (const OnnxInitializer& initializer : graph->initializers) taken_[initializer.name];
  }
}

std::string NameGiver::give(const std::string& wanted) {
  std::string name = wanted;
  while (taken_.contains(name)) name = wanted + "_" + std::to_string(++taken_[wanted] + 1);
  taken_[name];
  return name;
}

std::string append_constant(OnnxModel& model, OnnxGraph& graph, NameGiver& names, const std::string& wanted,
                            const Tensor& value) {
  std::string name = names.give(wanted);
  graph.initializers.push_back({name, model.keep(write_tensor(name, value))});
  return name;
}

OnnxNode& append_node(OnnxGraph& graph, NameGiver& names, const char* type, std::vector<std::string> inputs,
                      const std::string& output) {
  OnnxNode node;
  node.op_type = type;
  node.name = names.give(output + "_" + type);
  node.inputs = std::move(inputs);
  node.outputs = {output};
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back();
}

}  // namespace halftone::onnxruntime

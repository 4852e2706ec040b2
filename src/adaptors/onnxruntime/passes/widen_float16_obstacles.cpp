#include "adaptors/onnxruntime/passes/widen_float16_obstacles.h"

#include <algorithm>

#include "adaptors/onnxruntime/format/wire.h"
#include "adaptors/onnxruntime/passes/widen_float16_values.h"

namespace halftone::onnxruntime {
namespace {

// The type itself is what these ops are about: their scales, or the bits.
const std::set<std::string>& bound_ops() {
  static const std::set<std::string> kOps{"QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul",
                                          "BitCast"};
  return kOps;
}

bool is_bound(const OnnxNode& node) { return !is_standard_domain(node) || bound_ops().contains(node.op_type); }

bool any_half(const std::vector<OnnxValueInfo>& values) {
  return std::ranges::any_of(values, [](const OnnxValueInfo& value) { return value.dtype && is_half(*value.dtype); });
}

bool names_half(const OnnxNode& node) {
  if (!is_standard_domain(node)) return false;
  return std::ranges::any_of(node.attributes, [&](const OnnxAttribute& attribute) {
    if (attribute.tensor) return is_half_tensor(*attribute.tensor);
    return type_attributes().contains(attribute.name) && is_half_type(node.integer(attribute.name, 0));
  });
}

std::string named(const OnnxNode& node) {
  return (node.name.empty() ? "a node" : "node '" + node.name + "'") + " (" + node.qualified_type() + ")";
}

std::string why_node_stays(const OnnxNode& node, const TensorTypes& types) {
  // What such an op asks of its subgraphs is not known.
  if (!is_standard_domain(node) && node.has_subgraph()) return named(node) + " holds a subgraph";
  for (const OnnxAttribute& attribute : node.attributes) {
    if (attribute.name == "sparse_value") return named(node) + " holds a sparse constant";
  }
  if (!is_bound(node)) return {};
  for (const auto* tensors : {&node.inputs, &node.outputs}) {
    for (const std::string& tensor : *tensors) {
      if (tensor.empty()) continue;
      const auto known = types.find(tensor);
      if (known == types.end()) return named(node) + " is bound to the type of '" + tensor + "', which is not known";
      if (!known->second.dtype || !is_half(*known->second.dtype)) continue;
      return named(node) + " is bound to " + std::string(to_string(*known->second.dtype)) + " by '" + tensor + "'";
    }
  }
  return {};
}

// GraphProto: 15 sparse_initializer.
bool has_sparse_constants(const OnnxGraph* graph) {
  FieldReader fields(graph->rest);
  while (fields.next()) {
    if (fields.tag() == 15) return true;
    fields.field().skip();
  }
  return false;
}

// A file of the format ends at 2 GB; the margin is for nodes and names.
bool grows_too_large(const OnnxModel& model) {
  constexpr std::size_t kLargest = (std::size_t{1} << 31) - (std::size_t{16} << 20);
  std::size_t bytes = 0;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxInitializer& initializer : graph->initializers) {
      bytes += initializer.message.size() * (is_half_tensor(initializer.message) ? 2 : 1);
    }
  }
  return bytes > kLargest;
}

}  // namespace

const std::set<std::string>& type_attributes() {
  static const std::set<std::string> kNames{
      "to", "dtype", "output_dtype", "output_datatype", "stash_type", "softmax_precision"};
  return kNames;
}

bool is_standard_domain(const OnnxNode& node) { return node.domain.empty() || node.domain == "ai.onnx"; }

bool holds_half(const OnnxModel& model) {
  return std::ranges::any_of(graphs_inside_out(model.graph), [](const OnnxGraph* graph) {
    return any_half(graph->inputs) || any_half(graph->outputs) || any_half(graph->value_infos) ||
           std::ranges::any_of(graph->initializers, is_half_tensor, &OnnxInitializer::message) ||
           std::ranges::any_of(graph->nodes, names_half);
  });
}

std::set<std::string> tensors_that_decide(const OnnxModel& model) {
  std::set<std::string> names;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxNode& node : graph->nodes) {
      if (!is_bound(node)) continue;
      names.insert(node.inputs.begin(), node.inputs.end());
      names.insert(node.outputs.begin(), node.outputs.end());
    }
  }
  for (const OnnxValueInfo& output : model.graph.outputs) {
    if (!output.dtype) names.insert(output.name);
  }
  names.erase("");
  return names;
}

std::string why_half_stays(const OnnxModel& model, const TensorTypes& types) {
  for (const OnnxValueInfo& input : model.graph.inputs) {
    if (!input.dtype) return "its input '" + input.name + "' is no tensor of a known type";
  }
  for (const OnnxValueInfo& output : model.graph.outputs) {
    const auto known = types.find(output.name);
    if (output.dtype || (known != types.end() && known->second.dtype)) continue;
    return "its output '" + output.name + "' is no tensor of a known type";
  }
  const std::vector<const OnnxGraph*> graphs = graphs_inside_out(model.graph);
  if (std::ranges::any_of(graphs, has_sparse_constants)) return "it holds sparse constants";
  for (const OnnxGraph* graph : graphs) {
    for (const OnnxNode& node : graph->nodes) {
      if (std::string why = why_node_stays(node, types); !why.empty()) return why;
    }
  }
  return grows_too_large(model) ? "its constants would take more than 2 GB as fp32" : "";
}

}  // namespace halftone::onnxruntime

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/widen_float16_obstacles.h"
#include "adaptors/onnxruntime/passes/widen_float16_values.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// Widens one graph. Its half-precision inputs and outputs keep name and type; inside, a tensor of another name takes
/// their place.
class Widening {
 public:
  Widening(OnnxModel& model, OnnxGraph& graph, const TensorTypes& types)
      : model_(model), graph_(graph), types_(types), names_(graph) {}

  /// Gives the number of changes.
  int widen() {
    name_border();
    for (OnnxInitializer& initializer : graph_.initializers) widen_constant(initializer);
    for (OnnxNode& node : graph_.nodes) widen_node(node);
    widen_value_infos();
    convert_inputs();
    convert_outputs();
    return changes_;
  }

 private:
  std::optional<DType> dtype_of(const OnnxValueInfo& value) const {
    if (value.dtype) return value.dtype;
    const auto found = types_.find(value.name);
    return found == types_.end() ? std::nullopt : found->second.dtype;
  }

  void name_border() {
    for (const auto* values : {&graph_.inputs, &graph_.outputs}) {
      for (const OnnxValueInfo& value : *values) {
        const auto dtype = dtype_of(value);
        if (!dtype || !is_half(*dtype) || inside_.contains(value.name)) continue;
        inside_.emplace(value.name, names_.give(value.name + "_float32"));
      }
    }
  }

  const std::string& inside(const std::string& name) const {
    const auto found = inside_.find(name);
    return found == inside_.end() ? name : found->second;
  }

  void widen_constant(OnnxInitializer& initializer) {
    if (!is_half_tensor(initializer.message)) return;
    const Tensor value = read_tensor(initializer.message, *model_.files);
    initializer.name = inside(initializer.name);
    initializer.message = model_.keep(write_tensor(initializer.name, widened(value)));
    ++changes_;
  }

  void widen_node(OnnxNode& node) {
    for (std::string& input : node.inputs) input = inside(input);
    for (std::string& output : node.outputs) output = inside(output);
    if (!is_standard_domain(node)) return;
    for (OnnxAttribute& attribute : node.attributes) widen_attribute(attribute);
  }

  void widen_attribute(OnnxAttribute& attribute) {
    if (attribute.tensor && is_half_tensor(*attribute.tensor)) {
      const Tensor value = read_tensor(*attribute.tensor, *model_.files);
      attribute = make_attribute(model_, attribute.name, widened(value));
      ++changes_;
    }
    if (!attribute.value || !type_attributes().contains(attribute.name)) return;
    const auto* type = std::get_if<std::int64_t>(&*attribute.value);
    if (type == nullptr || !is_half_type(*type)) return;
    attribute = make_attribute(model_, attribute.name, std::int64_t{onnx_type(DType::f32)});
    ++changes_;
  }

  // Sequences of unknown types are left to the runtime to infer.
  void widen_value_infos() {
    std::erase_if(graph_.value_infos, [](const OnnxValueInfo& value) { return !value.dtype; });
    for (OnnxValueInfo& value : graph_.value_infos) {
      if (is_half(*value.dtype)) value = widened_value(value, value.name);
    }
  }

  OnnxValueInfo widened_value(const OnnxValueInfo& value, const std::string& name) {
    return {name, model_.keep(widened_value_info(value.message, name)), DType::f32, value.shape};
  }

  void convert_inputs() {
    const NodeIndex index(graph_);
    std::vector<OnnxNode> nodes;
    for (const OnnxValueInfo& input : graph_.inputs) {
      const std::string& name = inside(input.name);
      if (name == input.name || index.readers(name) == 0) continue;
      nodes.push_back(cast(input.name, name, DType::f32));
      graph_.value_infos.push_back(widened_value(input, name));
    }
    std::move(graph_.nodes.begin(), graph_.nodes.end(), std::back_inserter(nodes));
    graph_.nodes = std::move(nodes);
  }

  void convert_outputs() {
    std::set<std::string> known;
    for (const OnnxValueInfo& input : graph_.inputs) known.insert(input.name);
    for (const OnnxValueInfo& output : graph_.outputs) {
      const std::string& name = inside(output.name);
      if (name == output.name || !known.insert(output.name).second) continue;
      graph_.nodes.push_back(cast(name, output.name, *dtype_of(output)));
      if (output.dtype) graph_.value_infos.push_back(widened_value(output, name));
    }
  }

  OnnxNode cast(const std::string& from, const std::string& to, DType dtype) {
    OnnxNode node;
    node.op_type = "Cast";
    node.name = names_.give(to + "_Cast");
    node.inputs = {from};
    node.outputs = {to};
    node.attributes.push_back(make_attribute(model_, "to", std::int64_t{onnx_type(dtype)}));
    ++changes_;
    return node;
  }

  OnnxModel& model_;
  OnnxGraph& graph_;
  const TensorTypes& types_;
  NameGiver names_;
  std::unordered_map<std::string, std::string> inside_;
  int changes_ = 0;
};

bool gives_float(const OnnxNode& node) {
  return node.op_type == "Cast" && is_standard_domain(node) && node.inputs.size() == 1 && !node.inputs[0].empty() &&
         node.integer("to", 0) == onnx_type(DType::f32);
}

// What was a change between float16 and float32 is none any more.
void release_casts(OnnxModel& model, const Runtime& runtime) {
  std::set<std::string> names;
  for (const OnnxNode& node : model.graph.nodes) {
    if (gives_float(node)) names.insert(node.inputs[0]);
  }
  const TensorTypes types = infer_types(model, runtime, names);
  for (OnnxNode& node : model.graph.nodes) {
    if (!gives_float(node) || types.at(node.inputs[0]).dtype != DType::f32) continue;
    node.op_type = "Identity";
    node.attributes.clear();
  }
}

}  // namespace

WholePass widen_float16(OnnxModel& model, const Runtime& runtime) {
  if (!holds_half(model)) return {};
  const ErrorContext frame("widening float16");
  const TensorTypes types = infer_types(model, runtime, tensors_that_decide(model));
  WholePass pass{0, why_half_stays(model, types)};
  if (!pass.left_because.empty()) return pass;
  pass.places = Widening(model, model.graph, types).widen();
  release_casts(model, runtime);
  return pass;
}

}  // namespace halftone::onnxruntime

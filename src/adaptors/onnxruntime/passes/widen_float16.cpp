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

/// Widens a model. Its half-precision inputs and outputs keep name and type; inside, a tensor of another name takes
/// their place, in subgraphs too.
class Widening {
 public:
  Widening(OnnxModel& model, const TensorTypes& types) : model_(model), types_(types), names_(model.graph) {}

  /// Gives the number of changes.
  int widen() {
    name_border();
    for (OnnxGraph* graph : graphs_inside_out(model_.graph)) {
      for (OnnxInitializer& initializer : graph->initializers) widen_constant(initializer);
      for (OnnxNode& node : graph->nodes) widen_node(node);
      widen_value_infos(*graph);
      if (graph != &model_.graph) widen_border(*graph);
    }
    convert_inputs(model_.graph);
    convert_outputs(model_.graph);
    return changes_;
  }

 private:
  std::optional<DType> dtype_of(const OnnxValueInfo& value) const {
    if (value.dtype) return value.dtype;
    const auto found = types_.find(value.name);
    return found == types_.end() ? std::nullopt : found->second.dtype;
  }

  void name_border() {
    for (const auto* values : {&model_.graph.inputs, &model_.graph.outputs}) {
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
    const Tensor value = model_.value_of(initializer);
    initializer.name = inside(initializer.name);
    initializer.message = model_.keep(write_tensor(initializer.name, widened(value)));
    initializer.made.reset();
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

  // Sequences of unknown types are left to the runtime to infer; of what takes the place of inputs and outputs, types
  // are stated with the conversions.
  void widen_value_infos(OnnxGraph& graph) {
    std::erase_if(graph.value_infos,
                  [&](const OnnxValueInfo& value) { return !value.dtype || inside_.contains(value.name); });
    for (OnnxValueInfo& value : graph.value_infos) {
      if (is_half(*value.dtype)) value = widened_value(value, value.name);
    }
  }

  // What enters and leaves a subgraph is as wide as it is around it.
  void widen_border(OnnxGraph& graph) {
    for (auto* values : {&graph.inputs, &graph.outputs}) {
      for (OnnxValueInfo& value : *values) {
        const std::string name = inside(value.name);
        if (!value.dtype)
          value = {name, model_.keep(write_untyped_value(name)), std::nullopt, std::nullopt};
        else if (is_half(*value.dtype))
          value = widened_value(value, name);
      }
    }
  }

  OnnxValueInfo widened_value(const OnnxValueInfo& value, const std::string& name) {
    return {name, model_.keep(widened_value_info(value.message, name)), DType::f32, value.shape};
  }

  void convert_inputs(OnnxGraph& graph) {
    const NodeIndex index(graph);
    std::vector<OnnxNode> nodes;
    for (const OnnxValueInfo& input : graph.inputs) {
      const std::string& name = inside(input.name);
      if (name == input.name || index.readers(name) == 0) continue;
      nodes.push_back(cast(input.name, name, DType::f32));
      graph.value_infos.push_back(widened_value(input, name));
    }
    std::move(graph.nodes.begin(), graph.nodes.end(), std::back_inserter(nodes));
    graph.nodes = std::move(nodes);
  }

  void convert_outputs(OnnxGraph& graph) {
    std::set<std::string> known;
    for (const OnnxValueInfo& input : graph.inputs) known.insert(input.name);
    for (const OnnxValueInfo& output : graph.outputs) {
      const std::string& name = inside(output.name);
      if (name == output.name || !known.insert(output.name).second) continue;
      graph.nodes.push_back(cast(name, output.name, *dtype_of(output)));
      if (output.dtype) graph.value_infos.push_back(widened_value(output, name));
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
  std::vector<OnnxNode*> casts;
  std::set<std::string> names;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (OnnxNode& node : graph->nodes) {
      if (!gives_float(node)) continue;
      casts.push_back(&node);
      names.insert(node.inputs[0]);
    }
  }
  const TensorTypes types = infer_types(model, runtime, names);
  for (OnnxNode* cast : casts) {
    const auto type = types.find(cast->inputs[0]);
    if (type == types.end() || type->second.dtype != DType::f32) continue;
    cast->op_type = "Identity";
    cast->attributes.clear();
  }
}

}  // namespace

WholePass widen_float16(OnnxModel& model, const Runtime& runtime) {
  if (!holds_half(model)) return {};
  const ErrorContext frame("widening float16");
  const TensorTypes types = infer_types(model, runtime, tensors_that_decide(model));
  WholePass pass{0, why_half_stays(model, types)};
  if (!pass.left_because.empty()) return pass;
  pass.places = Widening(model, types).widen();
  release_casts(model, runtime);
  return pass;
}

}  // namespace halftone::onnxruntime

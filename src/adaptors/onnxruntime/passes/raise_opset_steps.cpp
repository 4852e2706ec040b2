#include "adaptors/onnxruntime/passes/raise_opset_steps.h"

#include <algorithm>
#include <limits>

namespace halftone::onnxruntime {
namespace {

using Integers = std::vector<std::int64_t>;

template <typename T>
const T* attribute_value(const OnnxNode& node, std::string_view name) {
  const OnnxAttribute* found = node.find_attribute(name);
  return found == nullptr || !found->value ? nullptr : std::get_if<T>(&*found->value);
}

std::string text(const OnnxNode& node, std::string_view attribute, const char* absent) {
  const auto* value = attribute_value<std::string>(node, attribute);
  return value == nullptr ? absent : *value;
}

// ---- attributes that became inputs

void integers_to_input(RaisedNode& raised, const std::string& attribute, std::size_t position) {
  const auto* values = attribute_value<Integers>(raised.node, attribute);
  if (values == nullptr) return;
  const Shape shape{static_cast<std::int64_t>(values->size())};
  raised.set_input(position, raised.add_constant("_" + attribute, Tensor::from<std::int64_t>(*values, shape)));
  remove_attribute(raised.node, attribute);
}

// For lists of which an empty one meant what an absent one means.
void list_to_input(RaisedNode& raised, const char* attribute) {
  const auto* values = attribute_value<Integers>(raised.node, attribute);
  if (values != nullptr && values->empty()) return remove_attribute(raised.node, attribute);
  integers_to_input(raised, attribute, 1);
}

// The input has the type of the data, an attribute was always float.
void number_to_input(RaisedNode& raised, const std::string& attribute, std::size_t position, float absent) {
  const float value = raised.node.number(attribute, absent);
  remove_attribute(raised.node, attribute);
  if (value == absent) return;
  const std::string name = raised.add_constant("_" + attribute, Tensor::from<float>({value}, {}));
  const DType wanted = raised.first_input_type().dtype.value_or(DType::f32);
  if (wanted == DType::f32) return raised.set_input(position, name);
  OnnxNode cast = raised.make_node("Cast", {name}, raised.new_name("_" + attribute + "_cast"));
  cast.attributes.push_back(make_attribute(raised.model(), "to", std::int64_t{onnx_type(wanted)}));
  raised.set_input(position, cast.outputs[0]);
  raised.before.push_back(std::move(cast));
}

template <typename T>
std::string missing(const OnnxNode& node, std::initializer_list<const char*> attributes) {
  for (const char* attribute : attributes) {
    if (attribute_value<T>(node, attribute) == nullptr) return std::string("has no attribute '") + attribute + "'";
  }
  return {};
}

void axes_to_input(RaisedNode& raised) { list_to_input(raised, "axes"); }
void new_axes_to_input(RaisedNode& raised) { integers_to_input(raised, "axes", 1); }
void split_to_input(RaisedNode& raised) { list_to_input(raised, "split"); }

void slice_ends_to_inputs(RaisedNode& raised) {
  integers_to_input(raised, "starts", 1);
  integers_to_input(raised, "ends", 2);
  integers_to_input(raised, "axes", 3);
}

void k_to_input(RaisedNode& raised) {
  raised.set_input(1, raised.add_constant("_k", Tensor::from<std::int64_t>({raised.node.integer("k", 1)}, {1})));
  remove_attribute(raised.node, "k");
}

void bounds_to_inputs(RaisedNode& raised) {
  number_to_input(raised, "min", 1, std::numeric_limits<float>::lowest());
  number_to_input(raised, "max", 2, std::numeric_limits<float>::max());
}

void borders_to_inputs(RaisedNode& raised) {
  integers_to_input(raised, "pads", 1);
  number_to_input(raised, "value", 2, 0);
}

// In inference nothing is dropped, whatever the ratio.
void drop_ratio(RaisedNode& raised) {
  remove_attribute(raised.node, "ratio");
  raised.node.outputs.resize(1);
}

std::string mask_is_read(const OnnxNode& node, const OnnxModel&, const OnnxGraph& graph) {
  if (node.outputs.empty() || node.outputs[0].empty()) return "has no output";
  const bool has_mask = node.outputs.size() > 1 && !node.outputs[1].empty();
  return has_mask && NodeIndex(graph).readers(node.outputs[1]) > 0 ? "gives its mask, which has changed its meaning"
                                                                   : "";
}

std::string needs_axes(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return missing<Integers>(node, {"axes"});
}
std::string needs_slice_ends(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return missing<Integers>(node, {"starts", "ends"});
}
std::string needs_k(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return missing<std::int64_t>(node, {"k"});
}
std::string needs_pads(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return missing<Integers>(node, {"pads"});
}

// ---- resizing: without a choice of coordinates, output pixel i was taken from i / scale

void scales_to_input(RaisedNode& raised) {
  const auto& scales = *attribute_value<std::vector<float>>(raised.node, "scales");
  const Shape shape{static_cast<std::int64_t>(scales.size())};
  raised.set_input(1, raised.add_constant("_scales", Tensor::from<float>(scales, shape)));
  remove_attribute(raised.node, "scales");
}

std::string needs_scales(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return missing<std::vector<float>>(node, {"scales"});
}

void state_coordinates(RaisedNode& raised, const char* nearest_mode) {
  OnnxModel& model = raised.model();
  raised.node.op_type = "Resize";
  raised.node.inputs.resize(std::max<std::size_t>(raised.node.inputs.size(), 2));
  raised.set_input(2, raised.node.inputs[1]);
  raised.node.inputs[1].clear();
  raised.node.attributes.push_back(make_attribute(model, "coordinate_transformation_mode", std::string("asymmetric")));
  if (text(raised.node, "mode", "nearest") == "nearest") {
    raised.node.attributes.push_back(make_attribute(model, "nearest_mode", std::string(nearest_mode)));
  }
}

void upsample_to_resize(RaisedNode& raised) { state_coordinates(raised, "floor"); }

std::string lacks_scales(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return node.inputs.size() < 2 && node.find_attribute("scales") == nullptr ? "has no scales" : "";
}

// Constants are folded only after this, so that they may be nodes yet.
std::optional<Tensor> value_of_node(const OnnxNode& constant, const ModelFiles& files) {
  if (constant.op_type != "Constant") return std::nullopt;
  if (const auto* floats = attribute_value<std::vector<float>>(constant, "value_floats")) {
    return Tensor::from<float>(*floats, {static_cast<std::int64_t>(floats->size())});
  }
  const OnnxAttribute* value = constant.find_attribute("value");
  if (value == nullptr || !value->tensor) return std::nullopt;
  return read_tensor(*value->tensor, files);
}

/// A node's input where it is a constant, which may belong to a graph around the node's.
std::optional<Tensor> constant_input(const OnnxNode& node, std::size_t input, const OnnxModel& model) {
  const std::string& name = node.inputs.at(input);
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxInitializer& initializer : graph->initializers) {
      if (initializer.name == name) return model.value_of(initializer);
    }
    const int producer = NodeIndex(*graph).producer(name);
    if (producer >= 0) return value_of_node(graph->nodes[static_cast<std::size_t>(producer)], *model.files);
  }
  return std::nullopt;
}

bool grows(float scale) { return scale >= 1; }
bool shrinks(float scale) { return scale <= 1; }

// The runtime rounds down where a nearest pixel is taken while growing, and up while shrinking.
void state_rounding(RaisedNode& raised) {
  const auto scales = constant_input(raised.node, 1, raised.model());
  state_coordinates(raised, !scales || std::ranges::all_of(scales->to_floats(), grows) ? "floor" : "ceil");
}

std::string rounds_both_ways(const OnnxNode& node, const OnnxModel& model, const OnnxGraph&) {
  if (node.inputs.size() < 2) return "has no scales";
  if (text(node, "mode", "nearest") != "nearest") return {};
  const auto constant = constant_input(node, 1, model);
  if (!constant) return "computes its scales, and rounding differs between growing and shrinking";
  const std::vector<float> scales = constant->to_floats();
  if (std::ranges::all_of(scales, grows) || std::ranges::all_of(scales, shrinks)) return {};
  return "grows along one axis and shrinks along another, where rounding differs";
}

// Scales had to be there even where sizes were given, then without elements; now they must be absent.
void leave_out_scales(RaisedNode& raised) {
  std::vector<std::string>& inputs = raised.node.inputs;
  if (inputs.size() > 3 && !inputs[3].empty()) inputs[2].clear();
}

// ---- normalisation

void batch_norm_per_channel(RaisedNode& raised) {
  if (raised.node.integer("spatial", 1) != 0) return remove_attribute(raised.node, "spatial");
  // Each value has its own parameters: y = (x - mean) / sqrt(variance + epsilon) * scale + bias.
  OnnxNode& norm = raised.node;
  const auto compute = [&](const char* type, std::vector<std::string> inputs, const char* suffix) {
    raised.before.push_back(raised.make_node(type, std::move(inputs), raised.new_name(suffix)));
    return raised.before.back().outputs[0];
  };
  const std::string epsilon = raised.add_constant("_epsilon", Tensor::from<float>({norm.number("epsilon", 1e-5F)}, {}));
  const std::string centered = compute("Sub", {norm.inputs[0], norm.inputs[3]}, "_centered");
  const std::string variance = compute("Add", {norm.inputs[4], epsilon}, "_variance");
  const std::string deviation = compute("Sqrt", {variance}, "_deviation");
  const std::string normal = compute("Div", {centered, deviation}, "_normal");
  const std::string scaled = compute("Mul", {normal, norm.inputs[1]}, "_scaled");
  norm.op_type = "Add";
  norm.inputs = {scaled, norm.inputs[2]};
  norm.attributes.clear();
}

std::string trains(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  if (node.integer("spatial", 1) != 0) return {};
  if (node.inputs.size() != 5) return "lacks inputs";
  return node.outputs.size() > 1 ? "normalizes single values and trains" : "";
}

/// The one axis that a softmax over all axes from `first` on runs over in truth, the others having one element.
std::optional<std::int64_t> only_axis(const Shape& shape, std::int64_t first) {
  std::optional<std::int64_t> axis;
  for (auto i = static_cast<std::size_t>(first); i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    if (axis) return std::nullopt;
    axis = static_cast<std::int64_t>(i);
  }
  return axis ? *axis : first;
}

// Before set 13 the axes from `axis` on counted as one: y = softmax(flatten(x, axis)), back in the shape of x.
void softmax_over_one_axis(RaisedNode& raised) {
  OnnxNode& node = raised.node;
  const std::int64_t axis = node.integer("axis", 1);
  const std::optional<Shape> shape = raised.first_input_type().shape;
  const std::int64_t rank = shape ? static_cast<std::int64_t>(shape->size()) : 0;
  const std::int64_t first = axis < 0 ? axis + rank : axis;
  std::optional<std::int64_t> only = axis == -1 ? std::optional<std::int64_t>(-1) : std::nullopt;
  if (!only && first >= 0 && first < rank) only = only_axis(*shape, first);
  remove_attribute(node, "axis");
  node.attributes.push_back(make_attribute(raised.model(), "axis", only.value_or(1)));
  if (only) return;

  const std::string output = node.outputs[0];
  OnnxNode flatten = raised.make_node("Flatten", {node.inputs[0]}, raised.new_name("_flat_input"));
  flatten.attributes.push_back(make_attribute(raised.model(), "axis", axis));
  OnnxNode old_shape = raised.make_node("Shape", {node.inputs[0]}, raised.new_name("_shape"));
  node.inputs[0] = flatten.outputs[0];
  node.outputs[0] = raised.new_name("_flat");
  raised.after.push_back(raised.make_node("Reshape", {node.outputs[0], old_shape.outputs[0]}, output));
  raised.before.push_back(std::move(flatten));
  raised.before.push_back(std::move(old_shape));
}

std::string lacks_ends(const OnnxNode& node, const OnnxModel&, const OnnxGraph&) {
  return node.inputs.empty() || node.outputs.empty() ? "has no input or no output" : "";
}

void rename_to_scatter_elements(RaisedNode& raised) { raised.node.op_type = "ScatterElements"; }

}  // namespace

const std::vector<OpsetChange>& opset_changes() {
  static const std::vector<OpsetChange> kChanges{
      {"BatchNormalization", 9, batch_norm_per_channel, trains},
      {"Clip", 11, bounds_to_inputs, lacks_ends, true},
      {"Dropout", 12, drop_ratio, mask_is_read},
      {"Hardmax", 13, softmax_over_one_axis, lacks_ends, true},
      {"LogSoftmax", 13, softmax_over_one_axis, lacks_ends, true},
      {"Pad", 11, borders_to_inputs, needs_pads, true},
      {"ReduceSum", 13, axes_to_input},
      {"Resize", 11, state_rounding, rounds_both_ways},
      {"Resize", 13, leave_out_scales},
      {"Scatter", 11, rename_to_scatter_elements},
      {"Slice", 10, slice_ends_to_inputs, needs_slice_ends},
      {"Softmax", 13, softmax_over_one_axis, lacks_ends, true},
      {"Split", 13, split_to_input},
      {"Squeeze", 13, axes_to_input},
      {"TopK", 10, k_to_input, needs_k},
      {"Unsqueeze", 13, new_axes_to_input, needs_axes},
      {"Upsample", 9, scales_to_input, needs_scales},
      {"Upsample", 10, upsample_to_resize, lacks_scales},
  };
  return kChanges;
}

}  // namespace halftone::onnxruntime

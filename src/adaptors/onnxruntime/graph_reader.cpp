#include "adaptors/onnxruntime/graph_reader.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// The constants by name, to refine what an op means by what its weight looks like.
using Constants = std::unordered_map<std::string, Tensor>;
/// Element types of the other tensors, as far as the file says them.
using ElementTypes = std::unordered_map<std::string, DType>;

const Tensor* constant(const Constants& constants, const OnnxNode& node, std::size_t input) {
  if (input >= node.inputs.size()) return nullptr;
  const auto found = constants.find(node.inputs[input]);
  return found == constants.end() ? nullptr : &found->second;
}

bool is_given(const OnnxNode& node, std::size_t input) {
  return input < node.inputs.size() && !node.inputs[input].empty();
}

// What this very node means: constants decide between weight and activation, attributes the channel axis.
OpMeaning refined(OpMeaning meaning, const OnnxNode& node, const Constants& constants) {
  if (node.op_type == "Gemm" && node.integer("transB", 0) != 0) {
    meaning.channel_axis = 0;
    meaning.weight_input_axis = 1;
  }
  if (node.op_type == "MatMul" && constant(constants, node, 1) == nullptr) meaning.roles[1] = InputRole::activation;
  return meaning;
}

std::string why_float_gemm(const OnnxNode& node, const Constants& constants) {
  if (!is_given(node, 2)) return {};
  const Tensor* bias = constant(constants, node, 2);
  const Tensor* weight = constant(constants, node, 1);
  if (bias == nullptr) return "its bias is not a constant";
  const bool is_matrix = weight != nullptr && weight->shape().size() == 2;
  const std::int64_t channels = is_matrix ? weight->shape()[node.integer("transB", 0) != 0 ? 0 : 1] : -1;
  return bias->shape() == Shape{channels} ? "" : "its bias is not one value a channel";
}

std::string why_float_matmul(const OnnxNode& node, const Constants& constants) {
  const Tensor* weight = constant(constants, node, 1);
  if (weight == nullptr || weight->shape().size() == 2) return {};
  return weight->shape().size() < 2 ? "its weight is a vector"
                                    : "its weight is a batch of matrices, which no kernel takes per channel";
}

// The runtime drops a Clip where the quantized range lies within its bounds. Rounding the zero point moves both ends of
// a range, unless it begins at zero.
std::string why_float_clip(const OnnxNode& node, const Constants& constants) {
  if (!is_given(node, 1)) return {};
  const Tensor* low = constant(constants, node, 1);
  const bool is_zero = low != nullptr && low->size() == 1 && low->to_floats().front() == 0;
  return is_zero ? "" : "its lower bound is not zero, so that no quantized range can take its place";
}

// Zero is exact in every quantized range; what else a border is filled with may lie outside of it.
std::string why_float_pad(const OnnxNode& node, const Constants& constants) {
  const OnnxAttribute* mode = node.find_attribute("mode");
  const bool fills = mode == nullptr || mode->value == Attribute(std::string("constant"));
  const Tensor* value = constant(constants, node, 2);
  if (!fills || value == nullptr) return {};
  const bool is_zero = value->size() == 1 && value->to_floats().front() == 0;
  return is_zero ? "" : "it fills the border with another value than zero, which the quantized range need not hold";
}

// Preparation raises what it can.
std::string why_float_opset(const OnnxModel& model) {
  if (model.opset() >= 13) return {};
  const std::string why = why_opset_stays(model);
  return "the model uses operator set " + std::to_string(model.opset()) + ", and scales per channel need 13 or later" +
         (why.empty() ? "" : "; it stays there because " + why);
}

std::string not_quantizable(const OnnxNode& node, const Constants& constants) {
  if (node.op_type == "MaxPool" && node.outputs.size() > 1 && !node.outputs[1].empty()) {
    return "its second output, the indices, has no low-precision kernel";
  }
  if (node.op_type == "Gemm") return why_float_gemm(node, constants);
  if (node.op_type == "MatMul") return why_float_matmul(node, constants);
  if (node.op_type == "Clip") return why_float_clip(node, constants);
  if (node.op_type == "Pad") return why_float_pad(node, constants);
  return {};
}

// Low precision stands for float tensors alone.
std::string not_float(const OnnxNode& node, const OpMeaning& meaning, const Constants& constants,
                      const ElementTypes& types) {
  for (std::size_t i = 0; i < node.inputs.size() && !meaning.roles.empty(); ++i) {
    if (meaning.roles[std::min(i, meaning.roles.size() - 1)] == InputRole::parameter) continue;
    const Tensor* value = constant(constants, node, i);
    const auto type = types.find(node.inputs[i]);
    if (value == nullptr && type == types.end()) continue;
    const DType dtype = value != nullptr ? value->dtype() : type->second;
    if (dtype == DType::f32) continue;
    return "its input '" + node.inputs[i] + "' is " + std::string(to_string(dtype)) + ", and only fp32 is quantized";
  }
  return {};
}

ElementTypes element_types(const OnnxModel& model) {
  ElementTypes types;
  for (const auto* values : {&model.graph.inputs, &model.graph.value_infos, &model.graph.outputs}) {
    for (const OnnxValueInfo& value : *values) {
      if (value.dtype) types.emplace(value.name, *value.dtype);
    }
  }
  return types;
}

void add_values(const OnnxModel& model, GraphBuilder& builder, Constants& constants) {
  for (const OnnxValueInfo& input : model.graph.inputs) {
    builder.add_input({input.name, input.dtype.value_or(DType::f32), input.shape});
  }
  for (const OnnxInitializer& initializer : model.graph.initializers) {
    Tensor value = read_tensor(initializer.message, model.storage.front());
    constants.emplace(initializer.name, value);
    builder.add_constant(initializer.name, std::move(value));
  }
  for (const OnnxValueInfo& value : model.graph.value_infos) {
    if (value.dtype) builder.describe_tensor({value.name, *value.dtype, value.shape});
  }
  for (const OnnxValueInfo& output : model.graph.outputs) {
    if (output.dtype) builder.describe_tensor({output.name, *output.dtype, output.shape});
    builder.add_output(output.name);
  }
}

void add_node(const OnnxNode& node, const Constants& constants, const ElementTypes& types,
              const std::string& why_float_model, GraphBuilder& builder) {
  GraphBuilder::Op op{node.name, node.qualified_type(), node.inputs, node.outputs, {}, std::nullopt, {}};
  std::set<std::string> captured;
  for (const OnnxAttribute& attribute : node.attributes) {
    if (attribute.value) op.attributes.emplace(attribute.name, *attribute.value);
    captured.insert(attribute.captured.begin(), attribute.captured.end());
  }
  for (const std::string& name : captured) builder.mark_captured(name);
  if (auto meaning = meaning_of(op.type)) op.meaning = refined(std::move(*meaning), node, constants);
  op.not_quantizable = why_float_model.empty() ? not_quantizable(node, constants) : why_float_model;
  if (op.not_quantizable.empty() && op.meaning) op.not_quantizable = not_float(node, *op.meaning, constants, types);
  // What a subgraph reads comes after the inputs, so that the op waits for it; roles never reach that far.
  if (!captured.empty()) op.meaning = OpMeaning{.roles = {InputRole::parameter}};
  op.inputs.insert(op.inputs.end(), captured.begin(), captured.end());
  builder.add_op(std::move(op));
}

}  // namespace

GraphView read_graph_view(const OnnxModel& model) {
  GraphBuilder builder;
  Constants constants;
  const ElementTypes types = element_types(model);
  add_values(model, builder, constants);
  const std::string why_float = why_float_opset(model);
  for (const OnnxNode& node : model.graph.nodes) add_node(node, constants, types, why_float, builder);
  return std::move(builder).build();
}

}  // namespace halftone::onnxruntime

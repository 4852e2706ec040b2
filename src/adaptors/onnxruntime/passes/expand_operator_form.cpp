#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/operator_forms.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/quantized_constants.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// Names of what a tensor of integers means.
struct Parameters {
  std::string scale, zero_point;
};

struct Operand {
  std::string values;
  Parameters parameters;
};

/// What an operator on integers reads and gives.
struct Inputs {
  std::vector<std::string> conditions;
  std::vector<Operand> operands;
  std::string bias;
  std::optional<Parameters> result;  ///< absent where it is float
};

std::string input_of(const OnnxNode& node, std::size_t index) {
  return index < node.inputs.size() ? node.inputs[index] : std::string();
}

Inputs inputs_of(const OnnxNode& node, const OperatorForm& form) {
  const OperandInputs result = result_inputs(form, node);
  Inputs inputs;
  for (std::size_t i = 0; i < form.conditions; ++i) inputs.conditions.push_back(input_of(node, i));
  for (std::size_t i = 0; i < operand_count(form, node); ++i) {
    const OperandInputs at = operand_inputs(form, i);
    inputs.operands.push_back({input_of(node, at.values), {input_of(node, at.scale), input_of(node, at.zero_point)}});
  }
  if (const auto bias = bias_input(form)) inputs.bias = input_of(node, *bias);
  const std::string scale = input_of(node, result.scale);
  if (!scale.empty()) inputs.result = {scale, input_of(node, result.zero_point)};
  return inputs;
}

// Lists both matrices, both scales, both zero points, a float bias.
Inputs inputs_of_integer_product(const OnnxNode& node) {
  const auto operand = [&](std::size_t i) {
    return Operand{input_of(node, i), {input_of(node, i + 2), input_of(node, i + 4)}};
  };
  return {{}, {operand(0), operand(1)}, input_of(node, 6), std::nullopt};
}

/// Expands the operators of one graph.
class Expander {
 public:
  Expander(OnnxModel& model, OnnxGraph& graph, ConstantIndex& constants, NameGiver& names)
      : model_(model), graph_(graph), constants_(constants), names_(names) {}

  int expand() {
    std::vector<OnnxNode> nodes = std::exchange(graph_.nodes, {});
    for (OnnxNode& node : nodes) expand(std::move(node));
    return expanded_;
  }

 private:
  void expand(OnnxNode node) {
    const ErrorContext frame([&] { return "expanding node '" + node.name + "' (" + node.op_type + ")"; });
    if (node.op_type == "QuantizeLinear" && node.inputs.size() > 2) {
      parameters_[node.outputs.front()] = {node.inputs[1], node.inputs[2]};
    } else if (const OperatorForm* const form = operator_form_taken_by(node)) {
      return write(std::move(node), *form, inputs_of);
    } else if (node.op_type == "MatMulIntegerToFloat" && node.domain == kContributedOps) {
      OnnxNode product;
      product.op_type = "MatMul";
      return write(std::move(node), *operator_form_of(product),
                   [](const OnnxNode& each, const OperatorForm&) { return inputs_of_integer_product(each); });
    } else if (node.is_standard() && (takes_integers(node.op_type) || node.op_type == "Clip")) {
      const auto known = node.inputs.empty() ? parameters_.end() : parameters_.find(node.inputs.front());
      if (known != parameters_.end()) return write_between_conversions(std::move(node), known->second);
    }
    graph_.nodes.push_back(std::move(node));
  }

  template <typename Read>
  void write(OnnxNode node, const OperatorForm& form, Read read) {
    const Inputs inputs = read(node, form);
    // Kernels of other layouts have no counterpart in float.
    if (node.integer("channels_last", 0) != 0) {
      graph_.nodes.push_back(std::move(node));
      return;
    }
    node.op_type = form.float_op;
    node.domain = "";
    for (const char* attribute : {"channels_last", "opset"}) remove_attribute(node, attribute);
    node.inputs = inputs.conditions;
    for (std::size_t i = 0; i < inputs.operands.size(); ++i) {
      node.inputs.push_back(dequantized(inputs.operands[i], i == 1 ? channel_axis(node, inputs.operands[i]) : 0));
    }
    const bool has_float_bias = !inputs.bias.empty() && !form.has_bias;
    if (!inputs.bias.empty() && form.has_bias) node.inputs.push_back(dequantized_bias(inputs));
    std::string result = std::exchange(node.outputs.front(), names_.give(node.outputs.front() + "_float"));
    if (!inputs.result && !has_float_bias) node.outputs.front() = result;
    std::string written = node.outputs.front();
    graph_.nodes.push_back(std::move(node));
    if (has_float_bias) add_node("Add", {written, inputs.bias}, result);
    if (inputs.result) quantize(written, *inputs.result, result);
    ++expanded_;
  }

  // Values are moved, bounded or compared as before, now in float.
  void write_between_conversions(OnnxNode node, const Parameters& parameters) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const bool is_bound = (node.op_type == "Clip" && i > 0) || (node.op_type == "Pad" && i == 2);
      const bool is_integers = i == 0 || is_bound || parameters_.contains(node.inputs[i]);
      if (!is_integers || node.inputs[i].empty()) continue;
      const auto own = parameters_.find(node.inputs[i]);
      node.inputs[i] = dequantized({node.inputs[i], own == parameters_.end() ? parameters : own->second}, 0);
    }
    if (gives_indices(node.op_type)) {
      graph_.nodes.push_back(std::move(node));
      return;
    }
    std::vector<std::pair<std::string, std::string>> results;
    for (std::string& output : node.outputs) {
      if (output.empty()) continue;
      std::string in_float = names_.give(output + "_float");
      results.emplace_back(in_float, std::exchange(output, in_float));
    }
    graph_.nodes.push_back(std::move(node));
    for (const auto& [in_float, integers] : results) quantize(in_float, parameters, integers);
    ++expanded_;
  }

  void quantize(const std::string& value, const Parameters& parameters, const std::string& result) {
    add_node("QuantizeLinear", {value, scalar(parameters.scale), scalar(parameters.zero_point)}, result);
    parameters_[result] = parameters;
  }

  /// Readers with the same parameters share the conversion.
  std::string dequantized(const Operand& operand, int axis) {
    std::string& name = dequantized_[{operand.values, operand.parameters.scale, operand.parameters.zero_point}];
    if (!name.empty()) return name;
    name = names_.give(operand.values + "_dequantized");
    const std::string result = name;
    const bool per_channel = is_list(operand.parameters.scale);
    std::vector<std::string> inputs{operand.values, scalar(operand.parameters.scale)};
    if (!operand.parameters.zero_point.empty()) inputs.push_back(scalar(operand.parameters.zero_point));
    OnnxNode& node = add_node("DequantizeLinear", std::move(inputs), result);
    if (per_channel) node.attributes.push_back(make_attribute(model_, "axis", std::int64_t{axis}));
    return result;
  }

  // A bias has no parameters of its own: its unit is the product of those of both operands.
  std::string dequantized_bias(const Inputs& inputs) {
    const float input = value(inputs.operands[0].parameters.scale).to_floats().front();
    const Tensor weights = value(inputs.operands[1].parameters.scale);
    std::vector<float> scales = weights.to_floats();
    for (float& scale : scales) scale *= input;
    const Shape shape = scales.size() == 1 ? Shape{} : Shape{static_cast<std::int64_t>(scales.size())};
    const std::string scale = add_constant(inputs.bias + "_scale", Tensor::from<float>(std::move(scales), shape));
    return dequantized({inputs.bias, {scale, ""}}, 0);
  }

  /// Of the second operand's output channels: where its list of scales runs.
  int channel_axis(const OnnxNode& node, const Operand& weight) const {
    if (node.op_type == "Conv") return 0;
    if (node.op_type == "Gemm") return node.integer("transB", 0) != 0 ? 0 : 1;
    const OnnxInitializer* const constant = constants_.find(weight.values);
    if (constant != nullptr) return static_cast<int>(read_tensor_header(constant->message).shape.size()) - 1;
    if (is_list(weight.parameters.scale)) {
      throw Error(ErrorCode::unsupported,
                  "the rank of '" + weight.values + "', which has a scale a channel, is unknown");
    }
    return 0;
  }

  bool is_list(const std::string& parameter) const { return value(parameter).size() > 1; }

  /// Pairs tell one scale from a list of them by the shape, which operators do not.
  std::string scalar(const std::string& parameter) {
    const Tensor found = value(parameter);
    if (found.size() != 1 || found.shape().empty()) return parameter;
    std::string& name = scalars_[parameter];
    if (name.empty()) name = add_constant(parameter + "_scalar", found.reshaped({}));
    return name;
  }

  Tensor value(const std::string& constant) const {
    const OnnxInitializer* const found = constants_.find(constant);
    if (found == nullptr) throw Error(ErrorCode::unsupported, "scale or zero point '" + constant + "' is no constant");
    return model_.value_of(*found);
  }

  std::string add_constant(const std::string& wanted, const Tensor& tensor) {
    std::string name = append_constant(model_, graph_, names_, wanted, tensor);
    constants_.add(graph_.initializers.back());
    return name;
  }

  OnnxNode& add_node(const char* type, std::vector<std::string> inputs, const std::string& output) {
    return append_node(graph_, names_, type, std::move(inputs), output);
  }

  OnnxModel& model_;
  OnnxGraph& graph_;
  ConstantIndex& constants_;
  NameGiver& names_;
  std::unordered_map<std::string, Parameters> parameters_;  ///< of tensors of integers
  std::map<std::tuple<std::string, std::string, std::string>, std::string> dequantized_;
  std::unordered_map<std::string, std::string> scalars_;
  int expanded_ = 0;
};

}  // namespace

int expand_operator_form(OnnxModel& model) {
  ConstantIndex constants(model);
  NameGiver names(model.graph);
  int expanded = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    expanded += Expander(model, *graph, constants, names).expand();
  }
  remove_unused_constants(model);
  return expanded;
}

}  // namespace halftone::onnxruntime

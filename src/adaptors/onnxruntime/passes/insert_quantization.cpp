#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone::onnxruntime {
namespace {

/// The names a tensor goes by: as its producer writes it, as integers, and converted back.
struct TensorNames {
  std::string written;
  std::string quantized;
  std::string dequantized;
  std::string scale;
  std::string zero_point;
};

Tensor scales_of(const QuantParams& params) {
  const Shape shape = params.axis ? Shape{static_cast<std::int64_t>(params.scale.size())} : Shape{};
  return Tensor::from<float>(params.scale, shape);
}

template <typename T>
Tensor integers(const std::vector<std::int32_t>& values, const Shape& shape) {
  return Tensor::from<T>(std::vector<T>(values.begin(), values.end()), shape);
}

Tensor zero_points_of(const QuantParams& params) {
  const Shape shape = params.axis ? Shape{static_cast<std::int64_t>(params.zero_point.size())} : Shape{};
  switch (params.dtype) {
    case DType::u8:
      return integers<std::uint8_t>(params.zero_point, shape);
    case DType::s8:
      return integers<std::int8_t>(params.zero_point, shape);
    case DType::s32:
      return integers<std::int32_t>(params.zero_point, shape);
    default:
      throw Error(ErrorCode::unsupported,
                  "Q and DQ of " + std::string(to_string(params.dtype)) + " are not written yet");
  }
}

/// Writes one plan into one model.
class Writer {
 public:
  Writer(OnnxModel& model, const QuantizationPlan& plan) : model_(model), names_(model.graph) {
    for (const OnnxInitializer& initializer : model.graph.initializers)
      constants_.emplace(initializer.name, initializer.message);
    for (const OnnxValueInfo& output : model.graph.outputs) known_outside_.insert(output.name);
    for (const OnnxNode& node : model.graph.nodes) {
      for (const OnnxAttribute& attribute : node.attributes) {
        known_outside_.insert(attribute.captured.begin(), attribute.captured.end());
      }
    }
    for (const TensorPlan& tensor : plan.tensors) name_tensor(tensor);
    for (const OpPlan& op : plan.ops) op_plans_.emplace(op.name, &op);
  }

  void write() {
    std::vector<OnnxNode> nodes = std::move(model_.graph.nodes);
    model_.graph.nodes.clear();
    for (const OnnxValueInfo& input : model_.graph.inputs) convert_after(input.name);
    for (OnnxNode& node : nodes) write_node(std::move(node));
    remove_unread_conversions();
  }

 private:
  const TensorPlan* tensor_plan(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : found->second;
  }

  void name_tensor(const TensorPlan& tensor) {
    if (!tensor.params)
      throw Error(ErrorCode::invalid_argument, "the plan has no parameters: it was made without calibration");
    tensors_.emplace(tensor.tensor, &tensor);
    TensorNames& names = tensor_names_[tensor.tensor];
    names.written = tensor.tensor;
    names.dequantized = names_.give(tensor.tensor + "_dequantized");
    names.quantized = names_.give(tensor.tensor + "_quantized");
    // Readers outside the graph know the tensor by its name, so there it is the converted one that keeps it.
    if (tensor.produced_quantized && known_outside_.contains(tensor.tensor)) {
      names.written = names_.give(tensor.tensor + "_float");
      names.dequantized = tensor.tensor;
    }
    std::tie(names.scale, names.zero_point) = group_constants(tensor);
  }

  Tensor constant(const std::string& name) const {
    const auto found = constants_.find(name);
    if (found == constants_.end()) throw Error(ErrorCode::internal, "constant '" + name + "' is missing");
    return read_tensor(found->second, model_.storage.front());
  }

  // Tensors of one group share their constants: runtimes recognise equal scales by it.
  std::pair<std::string, std::string> group_constants(const TensorPlan& tensor) {
    auto& constants = group_constants_[tensor.group];
    if (constants.first.empty()) constants = add_parameters(tensor.tensor, *tensor.params);
    return constants;
  }

  std::string add_constant(const std::string& wanted, const Tensor& value) {
    const std::string name = names_.give(wanted);
    model_.graph.initializers.push_back({name, model_.keep(write_tensor(name, value))});
    return name;
  }

  std::pair<std::string, std::string> add_parameters(const std::string& base, const QuantParams& params) {
    std::string scale = add_constant(base + "_scale", scales_of(params));
    return {std::move(scale), add_constant(base + "_zero_point", zero_points_of(params))};
  }

  void add_conversion(const char* type, const std::string& input, const std::string& scale,
                      const std::string& zero_point, const std::string& output,
                      std::optional<int> axis = std::nullopt) {
    OnnxNode node;
    node.op_type = type;
    node.name = names_.give(output + "_" + type);
    node.inputs = {input, scale, zero_point};
    node.outputs = {output};
    if (axis) node.attributes.push_back(make_attribute(model_, "axis", *axis));
    model_.graph.nodes.push_back(std::move(node));
  }

  // Q and DQ behind a tensor that was just written (DQ alone where integers were written).
  void convert_after(const std::string& tensor, bool written_as_integers = false) {
    if (tensor_plan(tensor) == nullptr) return;
    const TensorNames& names = tensor_names_.at(tensor);
    if (!written_as_integers)
      add_conversion("QuantizeLinear", names.written, names.scale, names.zero_point, names.quantized);
    add_conversion("DequantizeLinear", names.quantized, names.scale, names.zero_point, names.dequantized);
  }

  // What only ops on integers read is not converted back: the runtime would do it at every run.
  void remove_unread_conversions() {
    const NodeIndex index(model_.graph);
    std::erase_if(model_.graph.nodes, [&](const OnnxNode& node) {
      return node.op_type == "DequantizeLinear" && !node.outputs.empty() && index.readers(node.outputs.front()) == 0;
    });
  }

  void write_node(OnnxNode node) {
    const auto found = op_plans_.find(node.name);
    if (found == op_plans_.end()) throw Error(ErrorCode::internal, "the plan does not know node '" + node.name + "'");
    const OpPlan& op = *found->second;
    const ErrorContext frame([&] { return "quantizing node '" + op.name + "' (" + op.type + ")"; });
    const bool on_integers = op.quantized && runs_on_integers(node.op_type);
    const std::vector<std::string> read = node.inputs;
    redirect_inputs(node, op, on_integers);
    if (breaks_between_conversions(node) && node.inputs.front() != read.front()) keep_apart(node);
    if (on_integers && node.op_type == "Pad") write_pad_value(node);
    if (op.weight) node.inputs[static_cast<std::size_t>(op.weight->input)] = quantized_constant(*op.weight);
    if (op.bias) node.inputs[static_cast<std::size_t>(op.bias->input)] = quantized_bias(op, read);
    for (const ConstantPlan& constant : op.constant_activations) {
      node.inputs[static_cast<std::size_t>(constant.input)] = quantized_constant(constant);
    }
    std::vector<std::string> written = node.outputs;
    for (std::string& output : node.outputs) {
      const TensorPlan* tensor = tensor_plan(output);
      if (tensor == nullptr) continue;
      output = on_integers ? tensor_names_.at(output).quantized : tensor_names_.at(output).written;
    }
    model_.graph.nodes.push_back(std::move(node));
    for (const std::string& output : written) convert_after(output, on_integers);
  }

  void redirect_inputs(OnnxNode& node, const OpPlan& op, bool on_integers) const {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const TensorPlan* tensor = tensor_plan(node.inputs[i]);
      if (tensor == nullptr) continue;
      const bool reads_quantized = std::find(op.quantized_inputs.begin(), op.quantized_inputs.end(),
                                             static_cast<int>(i)) != op.quantized_inputs.end();
      const TensorNames& names = tensor_names_.at(node.inputs[i]);
      if (on_integers && reads_quantized)
        node.inputs[i] = names.quantized;
      else if (reads_quantized || tensor->produced_quantized)
        node.inputs[i] = names.dequantized;
    }
  }

  // The maximum of one tensor is itself; the runtime has no fusion that looks through it.
  void keep_apart(OnnxNode& node) {
    OnnxNode between;
    between.op_type = "Max";
    between.name = names_.give(node.name + "_apart");
    between.inputs = {node.inputs.front()};
    between.outputs = {names_.give(node.inputs.front() + "_apart")};
    node.inputs.front() = between.outputs.front();
    model_.graph.nodes.push_back(std::move(between));
  }

  // What fills the border means zero; between integers that is the zero point.
  void write_pad_value(OnnxNode& node) const {
    node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3));
    node.inputs[2] = tensor_names_.at(node.outputs.front()).zero_point;
  }

  std::string quantized_constant(const ConstantPlan& plan) {
    for (const auto& [params, name] : written_constants_[plan.tensor]) {
      if (params == *plan.params) return name;
    }
    const Tensor value = constant(plan.tensor);
    const std::vector<float> floats = value.to_floats();
    std::string name = add_dequantized(plan.tensor, quantize(floats, value.shape(), *plan.params), *plan.params);
    written_constants_[plan.tensor].emplace_back(*plan.params, name);
    return name;
  }

  std::string quantized_bias(const OpPlan& op, const std::vector<std::string>& read) {
    const TensorPlan* input = tensor_plan(read.at(static_cast<std::size_t>(op.quantized_inputs.front())));
    std::vector<float> floats = constant(op.bias->tensor).to_floats();
    for (std::size_t i = 0; i < op.bias->correction.size(); ++i) floats[i] += op.bias->correction[i];
    const QuantizedBias bias = quantize_bias(floats, input->params->scale.front(), *op.weight->params);
    return add_dequantized(op.bias->tensor, bias.values, bias.params);
  }

  std::string add_dequantized(const std::string& base, const Tensor& values, const QuantParams& params) {
    const std::string quantized = add_constant(base + "_quantized", values);
    const auto [scale, zero_point] = add_parameters(base, params);
    const std::string name = names_.give(base + "_dequantized");
    add_conversion("DequantizeLinear", quantized, scale, zero_point, name, params.axis);
    return name;
  }

  OnnxModel& model_;
  NameGiver names_;
  std::unordered_map<std::string, const TensorPlan*> tensors_;
  std::unordered_map<std::string, const OpPlan*> op_plans_;
  std::unordered_map<std::string, TensorNames> tensor_names_;
  std::unordered_map<std::string, std::string_view> constants_;
  std::unordered_set<std::string> known_outside_;  ///< graph outputs and what subgraphs read
  std::map<int, std::pair<std::string, std::string>> group_constants_;
  std::map<std::string, std::vector<std::pair<QuantParams, std::string>>> written_constants_;
};

}  // namespace

void insert_quantization(OnnxModel& model, const QuantizationPlan& plan,
                         const std::vector<std::pair<std::string, std::string>>& metadata) {
  Writer(model, plan).write();
  for (const auto& [key, value] : metadata) {
    std::erase_if(model.metadata, [&](const auto& entry) { return entry.first == key; });
    model.metadata.emplace_back(key, value);
  }
  remove_unused_constants(model);
}

}  // namespace halftone::onnxruntime

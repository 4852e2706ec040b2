#include "adaptors/onnxruntime/stored_constants.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <regex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/operator_forms.h"
#include "adaptors/onnxruntime/passes/transposed_weight.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::string_view kMicrosoft = "com.microsoft";

/// An operator of the runtime that takes integers and gives float, and where it has its weight.
struct FloatResult {
  std::string_view type;
  OperandInputs weight;
};
constexpr FloatResult kFloatResults[] = {
    {"MatMulIntegerToFloat", {1, 3, 5}}, {"QAttention", {1, 4, 7}}, {"DynamicQuantizeMatMul", {1, 2, 3}}};

/// Which input of an operator is a bias that stays in float.
struct FloatBias {
  std::string_view type;
  std::size_t input;
};
constexpr FloatBias kFloatBiases[] = {{"MatMulNBits", 5}, {"QAttention", 2}, {"DynamicQuantizeMatMul", 4}};

std::string input_of(const OnnxNode& node, std::size_t index) {
  return index < node.inputs.size() ? node.inputs[index] : std::string();
}

/// Axis of the weight's output channels, as the operator has it.
int channel_axis(const OnnxNode& node, std::size_t rank) {
  if (node.op_type == "QLinearConv") return 0;
  if (node.op_type == "DequantizeLinear") {
    const auto axis = node.integer("axis", 1);
    return static_cast<int>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
  }
  const bool rows = node.op_type == "QGemm" && node.integer("transB", 0) != 0;
  return rows ? 0 : static_cast<int>(rank) - 1;
}

std::string float_name(const std::string& stored) {
  static const std::regex pattern("(.+)_quantized(_[0-9]+)?");
  std::smatch match;
  return std::regex_match(stored, match, pattern) ? match[1].str() : stored;
}

std::vector<std::int32_t> to_integers(const Tensor& tensor) {
  const std::vector<float> values = tensor.to_floats();  // 8 bits; 32-bit zero points are 0
  return {values.begin(), values.end()};
}

/// Finds the stored constants of one graph.
class ConstantReader {
 public:
  ConstantReader(std::shared_ptr<const OnnxModel> model, const ConstantIndex& constants, const OnnxGraph& graph)
      : model_(std::move(model)), constants_(constants), graph_(graph) {
    for (const OnnxNode& node : graph.nodes) {
      for (const std::string& input : node.inputs) readers_[input].push_back(&node);
      for (const std::string& output : node.outputs) producers_[output] = &node;
    }
  }

  void read(std::vector<StoredConstant>& found) {
    for (const OnnxNode& node : graph_.nodes) {
      if (node.is_standard()) read_standard(found, node);
      if (node.op_type == "MatMulNBits" && node.domain == kMicrosoft) add_groups(found, node);
      if (const OperatorForm* const form = operator_form_taken_by(node)) add_operands(found, node, *form);
      for (const FloatResult& form : kFloatResults) {
        if (node.op_type == form.type && node.domain == kMicrosoft) add(found, node, form.weight, {node.name});
      }
      for (const FloatBias& bias : kFloatBiases) {
        if (node.op_type == bias.type && node.domain == kMicrosoft) {
          add_float(found, input_of(node, bias.input), {node.name});
        }
      }
    }
  }

 private:
  void read_standard(std::vector<StoredConstant>& found, const OnnxNode& node) const {
    if (node.op_type == "MatMulInteger") return add_integer_product(found, node);
    if (node.op_type == "DequantizeLinear") return add(found, node, {0, 1, 2}, readers_of(node));
    if (node.op_type != "QuantizeLinear") return;
    // A weight in float, both conversions behind it.
    std::vector<std::string> ops;
    for (const OnnxNode* reader : nodes_reading(node.outputs.front())) {
      if (reader->op_type != "DequantizeLinear") continue;
      const std::vector<std::string> behind = readers_of(*reader);
      ops.insert(ops.end(), behind.begin(), behind.end());
    }
    add_float(found, input_of(node, 0), std::move(ops));
  }

  static std::vector<std::string> names_of(const std::vector<const OnnxNode*>& nodes) {
    std::vector<std::string> names;
    for (const OnnxNode* node : nodes) names.push_back(node->name);
    return names;
  }

  std::vector<const OnnxNode*> nodes_reading(const std::string& tensor) const {
    const auto found = readers_.find(tensor);
    return found == readers_.end() ? std::vector<const OnnxNode*>() : found->second;
  }
  std::vector<std::string> readers_of(const OnnxNode& node) const {
    return names_of(nodes_reading(node.outputs.front()));
  }

  std::optional<Tensor> value(const std::string& name) const {
    const OnnxInitializer* constant = constants_.find(name);
    if (constant == nullptr) return std::nullopt;
    return model_->value_of(*constant);
  }
  /// The constant without its values, which are read when they are asked for.
  std::optional<Constant> constant(const std::string& name) const {
    const OnnxInitializer* found = constants_.find(name);
    if (found == nullptr) return std::nullopt;
    TensorHeader header = read_tensor_header(found->message);
    return Constant(header.dtype, std::move(header.shape),
                    [model = model_, constant = *found] { return model->value_of(constant); });
  }

  /// Parameters from a list of scales and one of zero points (absent: zeros), where the core can calculate with them.
  static std::optional<QuantParams> params_of(const Constant& values, const std::optional<Tensor>& scale,
                                              const std::optional<Tensor>& zero_point, int axis) {
    const DType dtype = values.dtype();
    if (!scale || scale->dtype() != DType::f32 || scale->size() == 0) return std::nullopt;
    if (dtype != DType::s8 && dtype != DType::u8 && dtype != DType::s32) return std::nullopt;
    QuantParams params{dtype, scale->to_floats(), std::vector<std::int32_t>(scale->size(), 0), std::nullopt};
    if (zero_point) params.zero_point = to_integers(*zero_point);
    if (params.zero_point.size() != params.scale.size()) return std::nullopt;
    if (params.scale.size() == 1 && scale->shape().empty()) return params;
    const bool fits = axis >= 0 && static_cast<std::size_t>(axis) < values.shape().size() &&
                      static_cast<std::size_t>(values.shape()[static_cast<std::size_t>(axis)]) == params.scale.size();
    if (fits) {
      params.axis = axis;
    } else if (params.scale.size() > 1) {
      return std::nullopt;  // blocks
    }
    return params;
  }

  static void append(std::vector<StoredConstant>& found, const std::string& stored, std::vector<std::string> ops,
                     Constant values, QuantParams params, bool transposed = false) {
    Shape shape = values.shape();
    if (transposed) std::swap(shape.at(0), shape.at(1));
    found.push_back({float_name(stored), stored, std::move(ops), std::move(shape), transposed, std::move(params),
                     std::move(values)});
  }

  void add(std::vector<StoredConstant>& found, const OnnxNode& node, const OperandInputs& inputs,
           std::vector<std::string> ops) const {
    const std::string stored = input_of(node, inputs.values);
    std::optional<Constant> values = constant(stored);
    if (!values) return;
    const auto params = params_of(*values, value(input_of(node, inputs.scale)),
                                  value(input_of(node, inputs.zero_point)), channel_axis(node, values->shape().size()));
    if (params) append(found, stored, std::move(ops), *std::move(values), *params);
  }

  void add_operands(std::vector<StoredConstant>& found, const OnnxNode& node, const OperatorForm& form) const {
    for (std::size_t i = 0; i < operand_count(form, node); ++i) add(found, node, operand_inputs(form, i), {node.name});
    if (const auto bias = bias_input(form)) add_bias(found, node, form, *bias);
  }

  void add_bias(std::vector<StoredConstant>& found, const OnnxNode& node, const OperatorForm& form,
                std::size_t bias) const {
    const std::string stored = input_of(node, bias);
    std::optional<Constant> values = constant(stored);
    const std::optional<Tensor> input = value(input_of(node, operand_inputs(form, 0).scale));
    const std::optional<Tensor> weight = value(input_of(node, operand_inputs(form, 1).scale));
    if (!values || !input || !weight || input->size() != 1) return;
    std::vector<float> scale = weight->to_floats();
    for (float& entry : scale) entry *= input->to_floats().front();
    const Shape shape = weight->shape();
    const auto params = params_of(*values, Tensor::from(std::move(scale), shape), std::nullopt, 0);
    if (params) append(found, stored, {node.name}, *std::move(values), *params);
  }

  /// The one node that reads a tensor, where it is of that type.
  const OnnxNode* only_reader(const std::string& tensor, std::string_view type) const {
    const auto found = readers_.find(tensor);
    if (found == readers_.end() || found->second.size() != 1) return nullptr;
    return found->second.front()->op_type == type ? found->second.front() : nullptr;
  }

  // float(MatMulInteger) * (scale of the input * scale of the weight): the last one is the constant.
  std::optional<Tensor> scale_of_product(const OnnxNode& product) const {
    const OnnxNode* cast = only_reader(product.outputs.front(), "Cast");
    const OnnxNode* scaled = cast == nullptr ? nullptr : only_reader(cast->outputs.front(), "Mul");
    if (scaled == nullptr || scaled->inputs.size() != 2) return std::nullopt;
    const bool first = scaled->inputs[0] == cast->outputs.front();
    const auto scale = producers_.find(scaled->inputs[first ? 1 : 0]);
    if (scale == producers_.end() || scale->second->op_type != "Mul") return std::nullopt;
    for (const std::string& input : scale->second->inputs) {
      if (std::optional<Tensor> constant = value(input)) return constant;
    }
    return std::nullopt;
  }

  void add_integer_product(std::vector<StoredConstant>& found, const OnnxNode& node) const {
    const std::string stored = input_of(node, 1);
    std::optional<Constant> values = constant(stored);
    if (!values) return;
    const auto params = params_of(*values, scale_of_product(node), value(input_of(node, 3)),
                                  channel_axis(node, values->shape().size()));
    if (params) append(found, stored, {node.name}, *std::move(values), *params, has_transposed_weight(node));
  }

  void add_groups(std::vector<StoredConstant>& found, const OnnxNode& node) const {
    const std::string stored = input_of(node, 1);
    std::optional<Constant> values = constant(stored);
    const std::optional<Tensor> scale = value(input_of(node, 2)), zero_point = value(input_of(node, 3));
    const std::int64_t bits = node.integer("bits", 4), size = node.integer("block_size", 0);
    const std::int64_t outputs = node.integer("N", 0), inputs = node.integer("K", 0);
    const bool readable = values && values->dtype() == DType::u8 && scale && scale->dtype() == DType::f32 &&
                          (bits == 4 || bits == 8) && size > 0 && outputs > 0 && inputs > 0 &&
                          !(zero_point && zero_point->dtype() != DType::u8) && input_of(node, 4).empty();
    if (!readable) return;
    const std::int64_t groups = (inputs + size - 1) / size;
    if (scale->size() != static_cast<std::size_t>(outputs * groups)) return;
    if (values->size() != static_cast<std::size_t>(outputs * groups * (size * bits / 8))) return;
    if (zero_point && zero_point->size() != static_cast<std::size_t>(outputs * ((groups * bits + 7) / 8))) return;
    const bool rows = has_transposed_weight(node);
    GroupedForm form{.spec = {.dtype = bits == 4 ? DType::u4 : DType::u8,
                              .scheme = zero_point ? Scheme::asymmetric : Scheme::symmetric,
                              .granularity = Granularity::per_group,
                              .group_size = static_cast<int>(size)},
                     .output_axis = rows ? 0 : 1,
                     .groups = static_cast<std::size_t>(groups),
                     .scale = *scale,
                     .zero_point = zero_point};
    const Shape shape = rows ? Shape{outputs, inputs} : Shape{inputs, outputs};
    found.push_back({float_name(stored), stored, {node.name}, shape, false, std::move(form), *std::move(values)});
  }

  void add_float(std::vector<StoredConstant>& found, const std::string& name, std::vector<std::string> ops) const {
    std::optional<Constant> values = constant(name);
    if (!values || values->dtype() != DType::f32) return;
    const Shape shape = values->shape();
    found.push_back({name, name, std::move(ops), shape, false, {}, *std::move(values)});
  }

  std::shared_ptr<const OnnxModel> model_;
  const ConstantIndex& constants_;
  const OnnxGraph& graph_;
  std::unordered_map<std::string, std::vector<const OnnxNode*>> readers_;
  std::unordered_map<std::string, const OnnxNode*> producers_;
};

// Several ops may read what one graph holds once.
std::vector<StoredConstant> united(std::vector<StoredConstant> found) {
  std::vector<StoredConstant> all;
  for (StoredConstant& constant : found) {
    const auto same = std::ranges::find(all, constant.stored, &StoredConstant::stored);
    if (same == all.end()) {
      all.push_back(std::move(constant));
    } else {
      same->ops.insert(same->ops.end(), constant.ops.begin(), constant.ops.end());
    }
  }
  return all;
}

}  // namespace

std::vector<StoredConstant> read_stored_constants(const OnnxModel& model) {
  const auto shared = std::make_shared<const OnnxModel>(model);
  const ConstantIndex constants(*shared);
  std::vector<StoredConstant> found;
  for (const OnnxGraph* graph : graphs_inside_out(shared->graph)) {
    ConstantReader(shared, constants, *graph).read(found);
  }
  return united(std::move(found));
}

void replace_constants(OnnxModel& model, const NamedTensors& constants) {
  const std::vector<OnnxGraph*> graphs = graphs_inside_out(model.graph);
  for (const NamedTensor& constant : constants) {
    bool replaced = false;
    for (OnnxGraph* graph : graphs) {
      const auto found = std::ranges::find(graph->initializers, constant.name, &OnnxInitializer::name);
      if (found == graph->initializers.end()) continue;
      found->message = model.keep(write_tensor(constant.name, constant.value));
      replaced = true;
    }
    if (!replaced) throw Error(ErrorCode::invalid_argument, "the model has no constant '" + constant.name + "'");
  }
}

}  // namespace halftone::onnxruntime

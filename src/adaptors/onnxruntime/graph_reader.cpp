#include "adaptors/onnxruntime/graph_reader.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// The constants by name, to refine what an op means by what its weight looks like.
using Constants = std::unordered_map<std::string, Constant>;
/// Element types of the other tensors, as far as the file says them.
using ElementTypes = std::unordered_map<std::string, DType>;

const Constant* constant(const Constants& constants, const OnnxNode& node, std::size_t input) {
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
  const Constant* bias = constant(constants, node, 2);
  const Constant* weight = constant(constants, node, 1);
  if (bias == nullptr) return "its bias is not a constant";
  const bool is_matrix = weight != nullptr && weight->shape().size() == 2;
  const std::int64_t channels = is_matrix ? weight->shape()[node.integer("transB", 0) != 0 ? 0 : 1] : -1;
  return bias->shape() == Shape{channels} ? "" : "its bias is not one value a channel";
}

std::string why_float_matmul(const OnnxNode& node, const Constants& constants) {
  const Constant* weight = constant(constants, node, 1);
  if (weight == nullptr || weight->shape().size() == 2) return {};
  return weight->shape().size() < 2 ? "its weight is a vector"
                                    : "its weight is a batch of matrices, which no kernel takes per channel";
}

// The runtime drops a Clip where the quantized range lies within its bounds. Rounding the zero point moves both ends of
// a range, unless it begins at zero.
std::string why_float_clip(const OnnxNode& node, const Constants& constants) {
  if (!is_given(node, 1)) return {};
  const Constant* low = constant(constants, node, 1);
  const bool is_zero = low != nullptr && low->size() == 1 && low->read().to_floats().front() == 0;
  return is_zero ? "" : "its lower bound is not zero, so that no quantized range can take its place";
}

// Zero is exact in every quantized range; what else a border is filled with may lie outside of it.
std::string why_float_pad(const OnnxNode& node, const Constants& constants) {
  const OnnxAttribute* mode = node.find_attribute("mode");
  const bool fills = mode == nullptr || mode->value == Attribute(std::string("constant"));
  const Constant* value = constant(constants, node, 2);
  if (!fills || value == nullptr) return {};
  const bool is_zero = value->size() == 1 && value->read().to_floats().front() == 0;
  return is_zero ? "" : "it fills the border with another value than zero, which the quantized range need not hold";
}

// QAttention ends with the states of the past.
std::string why_float_attention(const OnnxNode& node) {
  if (is_given(node, 5)) return "its attention bias has no place in the low-precision operator";
  return is_given(node, 2) ? "" : "it has no bias, which the low-precision operator needs";
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
  if (node.qualified_type() == "com.microsoft.Attention") return why_float_attention(node);
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
    const Constant* value = constant(constants, node, i);
    const auto type = types.find(node.inputs[i]);
    if (value == nullptr && type == types.end()) continue;
    const DType dtype = value != nullptr ? value->dtype() : type->second;
    if (dtype == DType::f32) continue;
    return "its input '" + node.inputs[i] + "' is " + std::string(to_string(dtype)) + ", and only fp32 is quantized";
  }
  return {};
}

/// A value that keeps the model alive whose bytes it shows.
Tensor held_value(std::shared_ptr<const OnnxModel> model, const OnnxInitializer& initializer) {
  Tensor value = model->value_of(initializer);
  if (value.dtype() == DType::string) return value;
  struct Held {
    std::shared_ptr<const OnnxModel> model;
    Tensor value;
  };
  const auto held = std::make_shared<const Held>(Held{std::move(model), std::move(value)});
  return Tensor(held->value.dtype(), held->value.shape(), held, held->value.data(), held->value.size_bytes());
}

/// Flattens a model and its subgraphs into one view.
class ViewReader {
 public:
  explicit ViewReader(std::shared_ptr<const OnnxModel> model)
      : model_(std::move(model)), why_float_(why_float_opset(*model_)) {}

  GraphView read() && {
    const std::vector<const OnnxGraph*> graphs = graphs_inside_out(model_->graph);
    for (const OnnxGraph* graph : graphs) add_values(*graph);
    for (const OnnxValueInfo& output : model_->graph.outputs) builder_.add_output(output.name);
    // Numbers from the outside in: the outermost graph is 0.
    int scope = static_cast<int>(graphs.size());
    for (const OnnxGraph* graph : graphs) {
      --scope;
      for (const OnnxNode& node : graph->nodes) add_node(node, scope);
    }
    return std::move(builder_).build();
  }

 private:
  void add_values(const OnnxGraph& graph) {
    for (const OnnxValueInfo& input : graph.inputs) {
      const TensorSignature signature{input.name, input.dtype.value_or(DType::f32), input.shape};
      if (&graph == &model_->graph)
        builder_.add_input(signature);
      else
        builder_.add_subgraph_input(signature);
    }
    for (const OnnxInitializer& initializer : graph.initializers) add_constant(initializer);
    for (const auto* values : {&graph.inputs, &graph.value_infos, &graph.outputs}) {
      for (const OnnxValueInfo& value : *values) {
        if (!value.dtype) continue;
        types_.emplace(value.name, *value.dtype);
        builder_.describe_tensor({value.name, *value.dtype, value.shape});
      }
    }
  }

  void add_constant(const OnnxInitializer& initializer) {
    TensorHeader header = read_tensor_header(initializer.message);
    const auto read = [model = model_, initializer] { return held_value(model, initializer); };
    const Constant value(header.dtype, std::move(header.shape), read);
    constants_.emplace(initializer.name, value);
    builder_.add_constant(initializer.name, value);
  }

  void add_node(const OnnxNode& node, int scope) {
    GraphBuilder::Op op{node.name, node.qualified_type(), node.inputs, node.outputs, {}, std::nullopt, {}, scope};
    for (const OnnxAttribute& attribute : node.attributes) {
      if (attribute.value) op.attributes.emplace(attribute.name, *attribute.value);
    }
    if (auto meaning = meaning_of(op.type)) op.meaning = refined(std::move(*meaning), node, constants_);
    op.not_quantizable = why_float_.empty() ? not_quantizable(node, constants_) : why_float_;
    if (op.not_quantizable.empty() && op.meaning) {
      op.not_quantizable = not_float(node, *op.meaning, constants_, types_);
    }
    // An op with subgraphs hands tensors to them and takes their results, all as they are.
    if (node.has_subgraph()) op.meaning = OpMeaning{.roles = {InputRole::parameter}};
    for (const OnnxAttribute& attribute : node.attributes) {
      for (const OnnxGraph& graph : attribute.subgraphs) {
        for (const OnnxValueInfo& output : graph.outputs) op.inputs.push_back(output.name);
      }
    }
    builder_.add_op(std::move(op));
  }

  std::shared_ptr<const OnnxModel> model_;
  std::string why_float_;  ///< all of the model
  GraphBuilder builder_;
  Constants constants_;
  ElementTypes types_;
};

}  // namespace

GraphView read_graph_view(OnnxModel model) {
  return ViewReader(std::make_shared<const OnnxModel>(std::move(model))).read();
}

}  // namespace halftone::onnxruntime

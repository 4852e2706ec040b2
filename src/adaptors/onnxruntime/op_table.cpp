#include "adaptors/onnxruntime/op_table.h"

#include <array>
#include <map>
#include <vector>

namespace halftone::onnxruntime {
namespace {

constexpr auto A = InputRole::activation;
constexpr auto W = InputRole::weight;
constexpr auto B = InputRole::bias;
constexpr auto P = InputRole::parameter;

OpMeaning product(std::vector<InputRole> roles, int channel_axis, int weight_input_axis, int activation_channel_axis) {
  return {.roles = std::move(roles),
          .channel_axis = channel_axis,
          .weight_input_axis = weight_input_axis,
          .activation_channel_axis = activation_channel_axis,
          .is_product = true};
}
OpMeaning arithmetic(std::vector<InputRole> roles) { return {.roles = std::move(roles)}; }
OpMeaning bounded(Range range) { return {.roles = {A}, .fixed_output_range = range}; }
OpMeaning mover(std::vector<InputRole> roles) { return {.roles = std::move(roles), .shares_scale = true}; }

using Meanings = std::map<std::string, OpMeaning>;

// Roles by the operators' definitions (onnx/docs/Operators.md). Graph reading refines products whose second operand
// is no constant, and channel axes that depend on attributes.
Meanings products() {
  return {{"Conv", product({A, W, B}, 0, 1, 1)},
          {"ConvTranspose", product({A, W, B}, 1, 0, 1)},
          {"Gemm", product({A, W, B}, 1, 0, 1)},
          {"MatMul", product({A, W}, -1, -2, -1)}};
}

// Weights stand direction by direction: {directions, gates, inputs}. The bias is added in float.
Meanings recurrent_ops() {
  return {{"LSTM", {.roles = {A, W, W, P}, .channel_axis = 1}}, {"GRU", {.roles = {A, W, W, P}, .channel_axis = 1}}};
}

// Ops that the runtime's own tools fuse models to (ContribOperators.md of the runtime).
Meanings fused_ops() { return {{"com.microsoft.Attention", {.roles = {A, W, P}, .channel_axis = 1}}}; }

Meanings arithmetic_ops() {
  return {{"Add", arithmetic({A})},       {"Mul", arithmetic({A})},         {"Sub", arithmetic({A})},
          {"Div", arithmetic({A})},       {"Relu", arithmetic({A})},        {"Clip", arithmetic({A, P})},
          {"LeakyRelu", arithmetic({A})}, {"AveragePool", arithmetic({A})}, {"GlobalAveragePool", arithmetic({A})},
          {"Sigmoid", bounded({0, 1})},   {"Softmax", bounded({0, 1})},     {"Where", arithmetic({P, A, A})},
          {"ArgMax", arithmetic({A})},    {"ArgMin", arithmetic({A})},      {"BatchNormalization", arithmetic({A, P})}};
}

Meanings movers() {
  return {{"Concat", mover({A})},       {"MaxPool", mover({A})},      {"Reshape", mover({A, P})},
          {"Flatten", mover({A})},      {"Transpose", mover({A})},    {"Squeeze", mover({A, P})},
          {"Unsqueeze", mover({A, P})}, {"Slice", mover({A, P})},     {"Expand", mover({A, P})},
          {"Tile", mover({A, P})},      {"Gather", mover({A, P})},    {"GatherElements", mover({A, P})},
          {"GatherND", mover({A, P})},  {"Resize", mover({A, P})},    {"Pad", mover({A, P})},
          {"Split", mover({A, P})},     {"ReduceMax", mover({A, P})}, {"ReduceMin", mover({A, P})},
          {"DepthToSpace", mover({A})}, {"SpaceToDepth", mover({A})}, {"Identity", mover({A})},
          {"Dropout", mover({A, P})}};
}

// Known, and float: no entry of a capability file names them, so the backend's answer is the reason.
constexpr std::array kFloatOps{"Abs",
                               "Cast",
                               "Ceil",
                               "Constant",
                               "ConstantOfShape",
                               "Cos",
                               "CumSum",
                               "Einsum",
                               "Elu",
                               "Equal",
                               "Erf",
                               "Exp",
                               "Floor",
                               "Gelu",
                               "GlobalMaxPool",
                               "Greater",
                               "HardSigmoid",
                               "HardSwish",
                               "If",
                               "InstanceNormalization",
                               "LRN",
                               "LayerNormalization",
                               "Less",
                               "Log",
                               "LogSoftmax",
                               "Loop",
                               "Max",
                               "Mean",
                               "Min",
                               "Mish",
                               "Mod",
                               "Neg",
                               "Not",
                               "PRelu",
                               "Pow",
                               "Range",
                               "Reciprocal",
                               "ReduceMean",
                               "ReduceSum",
                               "Round",
                               "ScatterND",
                               "Selu",
                               "Shape",
                               "Shrink",
                               "Sign",
                               "Sin",
                               "Size",
                               "Softplus",
                               "Sqrt",
                               "Tanh",
                               "TopK"};

const Meanings& table() {
  static const Meanings kOps = [] {
    Meanings ops = products();
    ops.merge(recurrent_ops());
    ops.merge(fused_ops());
    ops.merge(arithmetic_ops());
    ops.merge(movers());
    for (const char* type : kFloatOps) ops.emplace(type, OpMeaning{.roles = {P}});
    return ops;
  }();
  return kOps;
}

}  // namespace

std::optional<OpMeaning> meaning_of(const std::string& op_type) {
  const auto found = table().find(op_type);
  if (found == table().end()) return std::nullopt;
  return found->second;
}

const std::set<std::string>& known_op_types() {
  static const std::set<std::string> types = [] {
    std::set<std::string> all;
    for (const auto& [type, meaning] : table()) all.insert(type);
    return all;
  }();
  return types;
}

bool takes_integers(const std::string& op_type) {
  const auto meaning = meaning_of(op_type);
  return gives_indices(op_type) || (meaning && meaning->shares_scale);
}

bool gives_indices(const std::string& op_type) { return op_type == "ArgMax" || op_type == "ArgMin"; }

bool runs_on_integers(const std::string& op_type) { return op_type == "Pad"; }

// com.microsoft.QLinearAveragePool has no attribute for dilations, which operator set 19 brought.
bool breaks_between_conversions(const OnnxNode& node) {
  return node.op_type == "AveragePool" && node.find_attribute("dilations") != nullptr;
}

}  // namespace halftone::onnxruntime

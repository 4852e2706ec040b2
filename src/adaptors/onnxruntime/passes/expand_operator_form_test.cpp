#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adaptors/onnxruntime/executed_ops.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using Integers = std::vector<std::int64_t>;

/// Both forms run the same kernels; where the optimizer leaves one op in float, a level may round the other way.
constexpr double kLeastDecibels = 45;
const NamedTensors kImage{{"x", random_tensor(11, {1, 4, 6, 6})}};
const NamedTensors kRows{{"x", random_tensor(12, {5, 16})}};
const Attributes kSame{{"pads", Integers{1, 1, 1, 1}}};

ModelBuilder image_model() {
  return ModelBuilder()
      .input("x", {1, 4, 6, 6})
      .initializer("w1", random_tensor(1, {4, 4, 3, 3}))
      .initializer("w2", random_tensor(2, {4, 4, 3, 3}))
      .initializer("b", random_tensor(3, {4}));
}

class ExpandOperatorForm : public RuntimeTest {
 protected:
  /// Expands a model that was quantized to operators, and holds its outputs against theirs.
  OnnxModel expanded(const ModelBuilder& builder, const NamedTensors& inputs) const {
    const OnnxModel operators = quantize(builder.build(), inputs, "onnxrt_qlinear").model;
    OnnxModel pairs = operators;
    EXPECT_GT(expand_operator_form(pairs), 0);
    const OnnxModel reread = read_bytes(write_model(pairs));
    expect_close_to_float(operators, reread, inputs, kLeastDecibels);
    return reread;
  }
  std::vector<std::string> executed(const OnnxModel& model) const {
    std::vector<std::string> types;
    for (const ExecutedOp& op : read_executed_ops(runtime(), model)) types.push_back(op.type);
    return types;
  }
};

TEST_F(ExpandOperatorForm, WritesAConvolutionBetweenPairsWithItsBiasBehindOne) {
  const OnnxModel model =
      expanded(image_model().node("Conv", {"x", "w1", "b"}, {"y"}, kSame, "conv").output("y"), kImage);
  EXPECT_THAT(op_types(model), ElementsAre("QuantizeLinear", "DequantizeLinear", "DequantizeLinear", "DequantizeLinear",
                                           "Conv", "QuantizeLinear", "DequantizeLinear"));
  const OnnxNode& conv = only_node(model, "Conv");
  EXPECT_EQ(conv.name, "conv");
  EXPECT_EQ(conv.inputs.size(), 3U);
  EXPECT_THAT(executed(model), ElementsAre("QuantizeLinear", "QLinearConv", "DequantizeLinear"));
}

TEST_F(ExpandOperatorForm, LetsMovesAndBoundsOfIntegersStandBetweenPairs) {
  const OnnxModel model = expanded(image_model()
                                       .node("Conv", {"x", "w1"}, {"c"}, kSame)
                                       .node("Relu", {"c"}, {"r"})
                                       .initializer("small", random_tensor(2, {4, 4, 3, 3}, -0.4F, 0.4F))
                                       .node("Conv", {"x", "small"}, {"d"}, kSame)
                                       .node("Concat", {"r", "d"}, {"e"}, {{"axis", std::int64_t{1}}})
                                       .node("MaxPool", {"e"}, {"m"}, {{"kernel_shape", Integers{2, 2}}})
                                       .initializer("w3", random_tensor(7, {2, 8, 1, 1}))
                                       .node("Conv", {"m", "w3"}, {"y"})
                                       .output("y"),
                                   kImage);
  const std::vector<std::string> types = op_types(model);
  EXPECT_EQ(std::ranges::count(types, "Clip"), 1);
  EXPECT_EQ(std::ranges::count(types, "Concat"), 1);
  for (const OnnxNode& node : model.graph.nodes) {
    EXPECT_FALSE(node.op_type.starts_with("QLinear")) << node.op_type;
    if (node.op_type != "MaxPool") continue;
    EXPECT_THAT(node.inputs.front(), ::testing::HasSubstr("dequantized"));
  }
}

TEST_F(ExpandOperatorForm, WritesMatrixProductsWithAScaleAColumn) {
  const OnnxModel model = expanded(ModelBuilder()
                                       .input("x", {5, 16})
                                       .initializer("w", random_tensor(4, {16, 8}))
                                       .initializer("wt", random_tensor(5, {6, 8}))
                                       .initializer("b", random_tensor(6, {6}))
                                       .initializer("w2", random_tensor(8, {6, 4}))
                                       .node("MatMul", {"x", "w"}, {"p"})
                                       .node("Gemm", {"p", "wt", "b"}, {"g"}, {{"transB", std::int64_t{1}}})
                                       .node("MatMul", {"g", "w2"}, {"y"})
                                       .output("y"),
                                   kRows);
  std::vector<std::int64_t> axes;
  for (const OnnxNode& node : model.graph.nodes) {
    if (const OnnxAttribute* const axis = node.find_attribute("axis")) axes.push_back(node.integer(axis->name, -9));
  }
  EXPECT_THAT(axes, ElementsAre(1, 0, 0, 1)) << "of two weights, of a weight and its bias, of the last weight";
  EXPECT_EQ(op_types(model).back(), "MatMul") << "whose result was float, and is";
  EXPECT_THAT(executed(model), ElementsAre("QuantizeLinear", "QLinearMatMul", "QGemm", "MatMulIntegerToFloat"));
}

TEST_F(ExpandOperatorForm, LeavesAModelInFloatAsItIs) {
  OnnxModel model = image_model().node("Conv", {"x", "w1", "b"}, {"y"}, kSame, "conv").output("y").build();
  EXPECT_EQ(expand_operator_form(model), 0);
  EXPECT_THAT(op_types(model), ElementsAre("Conv"));
}

TEST_F(ExpandOperatorForm, RefusesAScaleThatIsComputed) {
  OnnxModel model = ModelBuilder()
                        .input("x", {4}, DType::u8)
                        .input("s", {})
                        .initializer("z", Tensor::from<std::uint8_t>({0}, {}))
                        .node("QLinearSigmoid", {"x", "s", "z", "s", "z"}, {"y"}, {}, "gate")
                        .in_domain("com.microsoft")
                        .output("y", Shape{4}, DType::u8)
                        .build();
  const Error error = error_of([&] { expand_operator_form(model); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.message(), ::testing::HasSubstr("'s'"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

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

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using Integers = std::vector<std::int64_t>;

constexpr double kLeastDecibels = 25;
/// Both forms compute the same integers; where the optimizer of one leaves float, a level may round the other way.
constexpr double kLeastDecibelsBetweenForms = 45;
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

ModelBuilder rows_model() {
  return ModelBuilder()
      .input("x", {5, 16})
      .initializer("w", random_tensor(4, {16, 8}))
      .initializer("wt", random_tensor(5, {8, 16}))
      .initializer("b", random_tensor(6, {8}));
}

class WriteOperatorForm : public RuntimeTest {
 protected:
  /// Quantizes a model to operators on integers, and holds its outputs against float and against Q/DQ pairs.
  OnnxModel quantized(const ModelBuilder& builder, const NamedTensors& inputs) const {
    const OnnxModel before = builder.build();
    Quantized result = quantize(before, inputs, "onnxrt_qlinear");
    expect_close_to_float(before, result.model, inputs, kLeastDecibels);
    expect_close_to_float(quantize(before, inputs, "onnxrt_qdq").model, result.model, inputs,
                          kLeastDecibelsBetweenForms);
    return std::move(result.model);
  }
};

TEST_F(WriteOperatorForm, MakesAConvolutionWithItsReluOneOperator) {
  const OnnxModel model = quantized(
      image_model().node("Conv", {"x", "w1", "b"}, {"c"}, kSame, "conv").node("Relu", {"c"}, {"y"}).output("y"),
      kImage);
  EXPECT_THAT(op_types(model), ElementsAre("QuantizeLinear", "QLinearConv", "DequantizeLinear"));
  const OnnxNode& conv = only_node(model, "QLinearConv");
  EXPECT_EQ(conv.name, "conv");
  ASSERT_EQ(conv.inputs.size(), 9U);
  EXPECT_EQ(conv.inputs[0], "x_quantized");
  EXPECT_EQ(constant_of(model, conv.inputs[3]).dtype(), DType::s8);
  EXPECT_EQ(constant_of(model, conv.inputs[4]).shape(), (Shape{4})) << "a scale for each output channel";
  EXPECT_EQ(constant_of(model, conv.inputs[8]).dtype(), DType::s32);
  EXPECT_EQ(conv.integer("group", 1), 1);
}

TEST_F(WriteOperatorForm, BoundsTheIntegersWhereASharedScaleReachesBelowZero) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"c"}, kSame)
                                        .node("Relu", {"c"}, {"r"})
                                        .initializer("small", random_tensor(2, {4, 4, 3, 3}, -0.4F, 0.4F))
                                        .node("Conv", {"x", "small"}, {"d"}, kSame)
                                        .node("Concat", {"r", "d"}, {"e"}, {{"axis", std::int64_t{1}}})
                                        .initializer("w3", random_tensor(7, {2, 8, 1, 1}))
                                        .node("Conv", {"e", "w3"}, {"y"})
                                        .output("y"),
                                    kImage);
  const OnnxNode& clip = only_node(model, "Clip");
  EXPECT_EQ(constant_of(model, clip.inputs[1]).dtype(), DType::u8);
  EXPECT_GT(constant_of(model, clip.inputs[1]).to_floats().front(), 0) << "the zero point";
  EXPECT_EQ(constant_of(model, clip.inputs[2]).to_floats().front(), 255);
  EXPECT_EQ(std::ranges::count(op_types(model), "DequantizeLinear"), 1) << "all but the output stays in integers";
}

TEST_F(WriteOperatorForm, ReadsAndWritesIntegersWhereAnOpMovesValues) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1", "b"}, {"c"}, kSame)
                                        .node("MaxPool", {"c"}, {"m"}, {{"kernel_shape", Integers{2, 2}}})
                                        .node("Transpose", {"m"}, {"t"}, {{"perm", Integers{0, 1, 3, 2}}})
                                        .node("Conv", {"t", "w2", "b"}, {"y"}, kSame)
                                        .output("y"),
                                    kImage);
  EXPECT_THAT(op_types(model),
              ElementsAre("QuantizeLinear", "QLinearConv", "MaxPool", "Transpose", "QLinearConv", "DequantizeLinear"));
}

TEST_F(WriteOperatorForm, AddsAndConcatenatesWithTheScaleOfEachOperand) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1", "b"}, {"c"}, kSame)
                                        .node("Conv", {"x", "w2", "b"}, {"d"}, kSame)
                                        .node("Add", {"c", "d"}, {"a"})
                                        .node("Concat", {"a", "d"}, {"e"}, {{"axis", std::int64_t{1}}})
                                        .initializer("w3", random_tensor(7, {2, 8, 1, 1}))
                                        .node("Conv", {"e", "w3"}, {"y"})
                                        .output("y"),
                                    kImage);
  EXPECT_EQ(only_node(model, "QLinearAdd").inputs.size(), 8U);
  EXPECT_EQ(only_node(model, "QLinearConcat").inputs.size(), 8U);
  EXPECT_EQ(only_node(model, "QLinearAdd").domain, "com.microsoft");
}

TEST_F(WriteOperatorForm, GivesTheLastProductsResultInFloat) {
  const OnnxModel matmul = quantized(rows_model().node("MatMul", {"x", "w"}, {"y"}).output("y"), kRows);
  EXPECT_THAT(op_types(matmul), ElementsAre("QuantizeLinear", "MatMulIntegerToFloat"));
  const OnnxModel gemm =
      quantized(rows_model().node("Gemm", {"x", "wt", "b"}, {"y"}, {{"transB", std::int64_t{1}}}).output("y"), kRows);
  EXPECT_THAT(op_types(gemm), ElementsAre("QuantizeLinear", "QGemm"));
  const OnnxNode& product = only_node(gemm, "QGemm");
  EXPECT_EQ(product.inputs.size(), 7U);
  EXPECT_EQ(product.integer("transB", 0), 1);
  EXPECT_EQ(constant_of(gemm, product.inputs[4]).shape(), (Shape{8})) << "a scale for each output channel";
}

TEST_F(WriteOperatorForm, KeepsAMatrixProductBetweenProductsInIntegers) {
  const OnnxModel model = quantized(rows_model()
                                        .node("MatMul", {"x", "w"}, {"p"})
                                        .initializer("w2", random_tensor(8, {8, 4}))
                                        .node("MatMul", {"p", "w2"}, {"y"})
                                        .output("y"),
                                    kRows);
  EXPECT_THAT(op_types(model), ElementsAre("QuantizeLinear", "QLinearMatMul", "MatMulIntegerToFloat"));
  EXPECT_EQ(only_node(model, "QLinearMatMul").inputs.size(), 8U);
}

TEST_F(WriteOperatorForm, RunsInTheRuntimeAsItIsWritten) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1", "b"}, {"c"}, kSame)
                                        .node("Sigmoid", {"c"}, {"s"})
                                        .node("Mul", {"c", "s"}, {"m"})
                                        .node("Conv", {"m", "w2", "b"}, {"y"}, kSame)
                                        .output("y"),
                                    kImage);
  std::vector<std::string> executed;
  for (const ExecutedOp& op : read_executed_ops(runtime(), model)) executed.push_back(op.type);
  EXPECT_THAT(executed, Contains("QLinearSigmoid"));
  EXPECT_THAT(executed, Contains("QLinearMul"));
  EXPECT_THAT(executed, Not(Contains("Mul")));
}

TEST_F(WriteOperatorForm, WorksInBranches) {
  ModelBuilder then_branch;
  then_branch.initializer("wb", random_tensor(9, {4, 4, 1, 1})).node("Conv", {"c", "wb"}, {"t"}).output("t");
  ModelBuilder else_branch;
  else_branch.node("Neg", {"c"}, {"n"}).output("n");
  const NamedTensors inputs{{"x", kImage.front().value}, {"choice", Tensor(DType::boolean, {}, nullptr, "\1", 1)}};
  const OnnxModel model = quantized(image_model()
                                        .input("choice", {}, DType::boolean)
                                        .node("Conv", {"x", "w1", "b"}, {"c"}, kSame)
                                        .node("If", {"choice"}, {"y"})
                                        .with_subgraph("then_branch", then_branch)
                                        .with_subgraph("else_branch", else_branch)
                                        .output("y"),
                                    inputs);
  int inside = 0;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    inside += static_cast<int>(std::ranges::count(graph->nodes, std::string("QLinearConv"), &OnnxNode::op_type));
  }
  EXPECT_EQ(inside, 2);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

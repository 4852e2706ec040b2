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
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr double kLeastDecibels = 30;
const NamedTensors kRows{{"x", random_tensor(21, {5, 16}, -3, 2)}};

ModelBuilder rows_model() {
  return ModelBuilder()
      .input("x", {5, 16})
      .initializer("w", random_tensor(1, {16, 8}))
      .initializer("wt", random_tensor(2, {8, 16}))
      .initializer("b", random_tensor(3, {8}));
}

class QuantizeAtRunTime : public RuntimeTest {
 protected:
  /// Quantizes a model dynamically, without any data, and holds its outputs against float.
  Quantized quantized(const ModelBuilder& builder, const NamedTensors& inputs = kRows) const {
    const OnnxModel before = builder.build();
    Quantized result = quantize_without_data(before);
    expect_close_to_float(before, result.model, inputs, kLeastDecibels);
    return result;
  }
  std::vector<std::string> executed_types(const OnnxModel& model) const {
    std::vector<std::string> types;
    for (const ExecutedOp& op : read_executed_ops(runtime(), model)) {
      types.push_back(op.type + (op.low_precision ? "*" : ""));
    }
    return types;
  }
};

TEST_F(QuantizeAtRunTime, WritesAMatMulAsTheRuntimeFusesIt) {
  const OnnxModel model = quantized(rows_model().node("MatMul", {"x", "w"}, {"y"}, {}, "product").output("y")).model;
  EXPECT_THAT(op_types(model), ElementsAre("DynamicQuantizeLinear", "Mul", "MatMulInteger", "Cast", "Mul"));
  const OnnxNode& product = only_node(model, "MatMulInteger");
  EXPECT_EQ(product.name, "product");
  EXPECT_EQ(constant_of(model, product.inputs[1]).dtype(), DType::s8);
  EXPECT_EQ(constant_of(model, product.inputs[1]).shape(), (Shape{16, 8}));
  EXPECT_EQ(constant_of(model, "w_scale").shape(), (Shape{8}));
  EXPECT_EQ(model.find_initializer("w"), nullptr) << "the float weight is gone";
  EXPECT_THAT(executed_types(model), ElementsAre("DynamicQuantizeMatMul*"));
}

TEST_F(QuantizeAtRunTime, TurnsTheWeightOfAGemmAndAddsItsBiasInFloat) {
  const OnnxModel model =
      quantized(rows_model().node("Gemm", {"x", "wt", "b"}, {"y"}, {{"transB", std::int64_t{1}}}, "gemm").output("y"))
          .model;
  EXPECT_EQ(constant_of(model, only_node(model, "MatMulInteger").inputs[1]).shape(), (Shape{16, 8}));
  EXPECT_EQ(only_node(model, "Add").inputs[1], "b");
  EXPECT_THAT(executed_types(model), ElementsAre("DynamicQuantizeMatMul*")) << "the bias goes into the kernel";
}

TEST_F(QuantizeAtRunTime, QuantizesATensorOnceForAllItsReaders) {
  const OnnxModel model = quantized(rows_model()
                                        .node("MatMul", {"x", "w"}, {"p"})
                                        .node("Gemm", {"x", "wt"}, {"q"}, {{"transB", std::int64_t{1}}})
                                        .node("Gemm", {"x", "w"}, {"r"})
                                        .output("p")
                                        .output("q")
                                        .output("r"))
                              .model;
  only_node(model, "DynamicQuantizeLinear");
  std::vector<std::string> weights;
  for (const OnnxNode& node : model.graph.nodes) {
    if (node.op_type == "MatMulInteger") weights.push_back(node.inputs[1]);
  }
  ASSERT_EQ(weights.size(), 3);
  EXPECT_EQ(weights[0], weights[2]) << "one weight, read twice";
}

TEST_F(QuantizeAtRunTime, LeavesWhatFollowsInFloatAndSaysWhy) {
  const Quantized result = quantized(
      rows_model().node("MatMul", {"x", "w"}, {"p"}, {}, "product").node("Relu", {"p"}, {"y"}, {}, "relu").output("y"));
  EXPECT_EQ(only_node(result.model, "Relu").outputs.front(), "y");
  EXPECT_TRUE(std::ranges::find(result.plan.ops, "product", &OpPlan::name)->quantized);
  const OpPlan& relu = *std::ranges::find(result.plan.ops, "relu", &OpPlan::name);
  EXPECT_FALSE(relu.quantized);
  EXPECT_FALSE(relu.reason.empty());
  EXPECT_TRUE(result.plan.observed_tensors().empty());
  EXPECT_EQ(result.plan.conversions.quantize, 1);
}

TEST_F(QuantizeAtRunTime, LeavesAProductOfTwoActivationsAndABiasOfItsOwnRun) {
  const Quantized result = quantized(rows_model()
                                         .node("Transpose", {"x"}, {"xt"}, {{"perm", std::vector<std::int64_t>{1, 0}}})
                                         .node("MatMul", {"xt", "x"}, {"y"}, {}, "both")
                                         .node("MatMul", {"x", "w"}, {"z"}, {}, "one")
                                         .output("y")
                                         .output("z"));
  EXPECT_FALSE(std::ranges::find(result.plan.ops, "both", &OpPlan::name)->quantized);
  EXPECT_EQ(only_node(result.model, "MatMul").name, "both");
}

TEST_F(QuantizeAtRunTime, GivesEachBranchItsOwnIntegers) {
  const auto branch = [](std::uint64_t seed) {
    const std::string tag = std::to_string(seed);
    return ModelBuilder()
        .initializer("w" + tag, random_tensor(seed, {16, 8}))
        .node("MatMul", {"x", "w" + tag}, {"y" + tag}, {}, "product" + tag)
        .output("y" + tag);
  };
  const ModelBuilder builder = ModelBuilder()
                                   .input("x", {5, 16})
                                   .input("which", {}, DType::boolean)
                                   .node("If", {"which"}, {"y"}, {}, "if")
                                   .with_subgraph("then_branch", branch(7))
                                   .with_subgraph("else_branch", branch(8))
                                   .output("y");
  for (const bool which : {true, false}) {
    NamedTensors inputs = kRows;
    inputs.push_back({"which", Tensor(DType::boolean, {}, nullptr, which ? "\1" : "\0", 1)});
    const OnnxModel model = quantized(builder, inputs).model;
    for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
      if (graph == &model.graph) continue;
      EXPECT_EQ(std::ranges::count(graph->nodes, "MatMulInteger", &OnnxNode::op_type), 1);
      EXPECT_EQ(std::ranges::count(graph->nodes, "DynamicQuantizeLinear", &OnnxNode::op_type), 1);
    }
  }
}

ModelBuilder recurrent_model(std::int64_t directions) {
  return ModelBuilder()
      .input("x", {5, 2, 12})
      .initializer("w", random_tensor(4, {directions, 32, 12}))
      .initializer("r", random_tensor(5, {directions, 32, 8}))
      .node(
          "LSTM", {"x", "w", "r"}, {"y"},
          {{"hidden_size", std::int64_t{8}}, {"direction", std::string(directions == 2 ? "bidirectional" : "forward")}},
          "recurrence")
      .output("y");
}

TEST_F(QuantizeAtRunTime, TurnsBothWeightsOfAnLstmAndGivesEachChannelAScale) {
  const NamedTensors steps{{"x", random_tensor(22, {5, 2, 12})}};
  for (const std::int64_t directions : {1, 2}) {
    const OnnxModel model = quantized(recurrent_model(directions), steps).model;
    EXPECT_THAT(op_types(model), ElementsAre("DynamicQuantizeLSTM"));
    const OnnxNode& lstm = only_node(model, "DynamicQuantizeLSTM");
    EXPECT_EQ(lstm.name, "recurrence");
    ASSERT_EQ(lstm.inputs.size(), 12U);
    EXPECT_EQ(constant_of(model, lstm.inputs[1]).shape(), (Shape{directions, 12, 32}));
    EXPECT_EQ(constant_of(model, lstm.inputs[2]).shape(), (Shape{directions, 8, 32}));
    EXPECT_EQ(constant_of(model, lstm.inputs[8]).shape(), (Shape{directions, 32}));
    EXPECT_EQ(constant_of(model, lstm.inputs[10]).shape(), (Shape{directions, 32}));
    EXPECT_THAT(executed_types(model), ElementsAre("DynamicQuantizeLSTM*"));
  }
}

TEST_F(QuantizeAtRunTime, LeavesInFloatAnLstmThatCountsTheBatchFirst) {
  ModelBuilder builder = ModelBuilder()
                             .input("x", {2, 5, 12})
                             .initializer("w", random_tensor(4, {1, 32, 12}))
                             .initializer("r", random_tensor(5, {1, 32, 8}))
                             .node("LSTM", {"x", "w", "r"}, {"y"},
                                   {{"hidden_size", std::int64_t{8}}, {"layout", std::int64_t{1}}}, "recurrence")
                             .output("y");
  const Quantized result = quantize_without_data(builder.build());
  EXPECT_THAT(op_types(result.model), ElementsAre("LSTM"));
  EXPECT_THAT(result.plan.ops.front().reason, ::testing::HasSubstr("layout is 1"));
}

TEST_F(QuantizeAtRunTime, MultipliesTheProjectionsOfAnAttentionInIntegers) {
  const NamedTensors tokens{{"x", random_tensor(23, {2, 6, 16})}};
  const OnnxModel model = quantized(ModelBuilder()
                                        .input("x", {2, 6, 16})
                                        .initializer("w", random_tensor(4, {16, 48}))
                                        .initializer("b", random_tensor(5, {48}))
                                        .node("Attention", {"x", "w", "b"}, {"y"}, {{"num_heads", std::int64_t{2}}})
                                        .in_domain("com.microsoft")
                                        .output("y"),
                                    tokens)
                              .model;
  EXPECT_THAT(op_types(model), ElementsAre("DynamicQuantizeLinear", "QAttention"));
  const OnnxNode& attention = only_node(model, "QAttention");
  EXPECT_EQ(constant_of(model, attention.inputs[1]).dtype(), DType::s8);
  EXPECT_EQ(constant_of(model, attention.inputs[4]).shape(), (Shape{48})) << "a scale for each output channel";
  EXPECT_EQ(attention.integer("num_heads", 0), 2);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

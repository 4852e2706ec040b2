#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Integers = std::vector<std::int64_t>;

constexpr double kLeastDecibels = 25;
const NamedTensors kImage{{"x", random_tensor(11, {1, 4, 6, 6})}};

ModelBuilder image_model() {
  return ModelBuilder()
      .input("x", {1, 4, 6, 6})
      .initializer("w1", random_tensor(1, {4, 4, 3, 3}))
      .initializer("w2", random_tensor(2, {4, 4, 3, 3}))
      .initializer("b", random_tensor(3, {4}));
}
const Attributes kSame{{"pads", Integers{1, 1, 1, 1}}};

class InsertQuantization : public RuntimeTest {
 protected:
  /// Quantizes a model and holds its outputs against float.
  Quantized quantized(const ModelBuilder& builder, const NamedTensors& inputs = kImage) const {
    const OnnxModel before = builder.build();
    Quantized result = quantize(before, inputs);
    expect_close_to_float(before, result.model, inputs, kLeastDecibels);
    return result;
  }
};

long count(const OnnxModel& model, const std::string& type) {
  const std::vector<std::string> types = op_types(model);
  return std::count(types.begin(), types.end(), type);
}

/// The node that writes a tensor.
const OnnxNode& producer(const OnnxModel& model, const std::string& tensor) {
  for (const OnnxNode& node : model.graph.nodes) {
    if (std::find(node.outputs.begin(), node.outputs.end(), tensor) != node.outputs.end()) return node;
  }
  throw std::runtime_error("nothing writes " + tensor);
}

TEST_F(InsertQuantization, WrapsAConvolutionWithItsActivation) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1", "b"}, {"c"}, kSame, "conv")
                                        .node("Relu", {"c"}, {"y"}, {}, "relu")
                                        .output("y"))
                              .model;
  EXPECT_THAT(op_types(model), ElementsAre("QuantizeLinear", "DequantizeLinear", "DequantizeLinear", "DequantizeLinear",
                                           "Conv", "Relu", "QuantizeLinear", "DequantizeLinear"));
  const OnnxNode& conv = only_node(model, "Conv");
  EXPECT_EQ(conv.name, "conv");
  EXPECT_EQ(producer(model, conv.inputs[0]).inputs[0], "x_quantized");
  const OnnxNode& weight = producer(model, conv.inputs[1]);
  EXPECT_EQ(weight.op_type, "DequantizeLinear");
  EXPECT_EQ(weight.integer("axis", -9), 0);
  EXPECT_EQ(constant_of(model, weight.inputs[0]).dtype(), DType::s8);
  EXPECT_EQ(constant_of(model, weight.inputs[1]).shape(), (Shape{4}));
  EXPECT_EQ(constant_of(model, producer(model, conv.inputs[2]).inputs[0]).dtype(), DType::s32);
  // Between convolution and activation there is nothing, or the runtime could not fuse them.
  EXPECT_EQ(only_node(model, "Relu").inputs, conv.outputs);
  EXPECT_EQ(model.find_initializer("w1"), nullptr) << "the float weight is gone";
  EXPECT_EQ(model.find_initializer("b"), nullptr);
}

TEST_F(InsertQuantization, QuantizesExactlyAsTheParametersSay) {
  const Quantized result = quantized(image_model().node("Conv", {"x", "w1", "b"}, {"y"}, kSame, "conv").output("y"));
  const OpPlan& plan = result.plan.ops[0];
  const OnnxNode& conv = only_node(result.model, "Conv");
  const OnnxNode& weight = producer(result.model, conv.inputs[1]);
  const std::vector<float> floats = random_tensor(1, {4, 4, 3, 3}).to_floats();
  EXPECT_EQ(constant_of(result.model, weight.inputs[0]),
            halftone::quantize(floats, {4, 4, 3, 3}, *plan.weight->params));
  EXPECT_EQ(constant_of(result.model, weight.inputs[1]).to_floats(), plan.weight->params->scale);
  const float input_scale = result.plan.find_tensor("x")->params->scale.front();
  const OnnxNode& bias = producer(result.model, conv.inputs[2]);
  const std::vector<float> bias_scales = constant_of(result.model, bias.inputs[1]).to_floats();
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_FLOAT_EQ(bias_scales[c], input_scale * plan.weight->params->scale[c]);
  }
}

TEST_F(InsertQuantization, CarriesAResidualInIntegers) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("Conv", {"a", "w2"}, {"c"}, kSame, "c2")
                                        .node("Add", {"c", "a"}, {"s"}, {}, "add")
                                        .node("Relu", {"s"}, {"r"}, {}, "relu")
                                        .node("Conv", {"r", "w1"}, {"y"}, kSame, "c3")
                                        .output("y"))
                              .model;
  // Tensors x, a, c, r and y; weights are two, one of them read twice.
  EXPECT_EQ(count(model, "QuantizeLinear"), 5);
  EXPECT_EQ(count(model, "DequantizeLinear"), 7);
  const OnnxNode& add = only_node(model, "Add");
  EXPECT_THAT(add.inputs, ElementsAre("c_dequantized", "a_dequantized"));
  EXPECT_EQ(node_named(model, "c2").inputs[0], "a_dequantized");
}

TEST_F(InsertQuantization, SharesOneScaleAroundAConcatenation) {
  const Quantized result = quantized(image_model()
                                         .initializer("w3", random_tensor(4, {4, 8, 1, 1}))
                                         .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                         .node("Conv", {"x", "w2"}, {"c"}, kSame, "c2")
                                         .node("Concat", {"a", "c"}, {"both"}, {{"axis", std::int64_t{1}}}, "concat")
                                         .node("Conv", {"both", "w3"}, {"y"}, {}, "c3")
                                         .output("y"));
  const OnnxNode& concat = only_node(result.model, "Concat");
  const std::string scale = producer(result.model, concat.inputs[0]).inputs[1];
  EXPECT_EQ(producer(result.model, concat.inputs[1]).inputs[1], scale);
  EXPECT_EQ(producer(result.model, "both_quantized").inputs[1], scale);
  EXPECT_EQ(result.plan.find_tensor("a")->group, result.plan.find_tensor("both")->group);
}

class InsertQuantizationAtPad : public InsertQuantization, public ::testing::WithParamInterface<const char*> {};

TEST_P(InsertQuantizationAtPad, LetsItMoveTheIntegers) {
  const OnnxModel model = quantized(image_model()
                                        .integers("pads", {0, 0, 1, 2, 0, 0, 2, 1})
                                        .node("Conv", {"x", "w1", "b"}, {"a"}, {}, "c1")
                                        .node("Pad", {"a", "pads"}, {"p"}, {{"mode", std::string(GetParam())}}, "pad")
                                        .node("Conv", {"p", "w2"}, {"y"}, {}, "c2")
                                        .output("y"))
                              .model;
  const OnnxNode& pad = only_node(model, "Pad");
  EXPECT_THAT(pad.outputs, ElementsAre("p_quantized"));
  EXPECT_EQ(pad.inputs[0], "a_quantized");
  EXPECT_EQ(producer(model, "a_quantized").op_type, "QuantizeLinear");
  // What is filled in means zero: the zero point.
  const Tensor value = constant_of(model, pad.inputs.at(2));
  EXPECT_EQ(value, constant_of(model, producer(model, "a_quantized").inputs[2]));
  EXPECT_EQ(value.dtype(), DType::u8);
  EXPECT_EQ(producer(model, node_named(model, "c2").inputs[0]).inputs[0], "p_quantized");
  // x, y, two weights and a bias; what the pad alone reads is not converted back.
  EXPECT_EQ(count(model, "DequantizeLinear"), 6);
}

INSTANTIATE_TEST_SUITE_P(Modes, InsertQuantizationAtPad, ::testing::Values("constant", "reflect", "edge"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(InsertQuantization, LeavesTheLastProductItsFloatOutput) {
  const NamedTensors inputs{{"x", random_tensor(5, {4, 8})}};
  const OnnxModel model = quantized(ModelBuilder()
                                        .input("x", {4, 8})
                                        .initializer("w", random_tensor(1, {8, 6}))
                                        .initializer("b", random_tensor(2, {6}))
                                        .node("Gemm", {"x", "w", "b"}, {"y"}, {}, "gemm")
                                        .output("y"),
                                    inputs)
                              .model;
  EXPECT_THAT(only_node(model, "Gemm").outputs, ElementsAre("y"));
  EXPECT_EQ(count(model, "QuantizeLinear"), 1);
  EXPECT_EQ(producer(model, only_node(model, "Gemm").inputs[1]).integer("axis", -9), 1);
}

TEST_F(InsertQuantization, KeepsTheNameOfAGraphOutputThatIsQuantized) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("Conv", {"a", "w2"}, {"y"}, kSame, "c2")
                                        .output("y")
                                        .output("a"))
                              .model;
  EXPECT_EQ(producer(model, "y").op_type, "DequantizeLinear");
  EXPECT_EQ(producer(model, "a").op_type, "DequantizeLinear");
  EXPECT_EQ(node_named(model, "c2").inputs[0], "a") << "one conversion back serves both readers";
}

TEST_F(InsertQuantization, GivesFloatReadersTheConvertedTensor) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("Conv", {"a", "w2"}, {"y"}, kSame, "c2")
                                        .node("Softplus", {"a"}, {"z"}, {}, "plus")
                                        .output("y")
                                        .output("z"))
                              .model;
  EXPECT_THAT(only_node(model, "Softplus").inputs, ElementsAre("a_dequantized"));
  EXPECT_EQ(producer(model, "a_dequantized").op_type, "DequantizeLinear");
}

TEST_F(InsertQuantization, LeavesAFloatTensorToItsFloatReaders) {
  const OnnxModel model = quantized(image_model()
                                        .node("Softplus", {"x"}, {"s"}, {}, "plus")
                                        .node("Conv", {"s", "w1"}, {"y"}, kSame, "c1")
                                        .node("Softsign", {"s"}, {"z"}, {}, "sign")
                                        .output("y")
                                        .output("z"))
                              .model;
  EXPECT_THAT(only_node(model, "Softsign").inputs, ElementsAre("s"));
  EXPECT_EQ(only_node(model, "Conv").inputs[0], "s_dequantized");
}

TEST_F(InsertQuantization, WritesASharedWeightOnce) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("Conv", {"a", "w1"}, {"y"}, kSame, "c2")
                                        .output("y"))
                              .model;
  EXPECT_EQ(node_named(model, "c1").inputs[1], node_named(model, "c2").inputs[1]);
  EXPECT_EQ(count(model, "DequantizeLinear"), 4);  // x, a, y, the weight
}

TEST_F(InsertQuantization, WritesASharedBiasOnceForEachScale) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1", "b"}, {"a"}, kSame, "c1")
                                        .node("Conv", {"a", "w2", "b"}, {"y"}, kSame, "c2")
                                        .output("y"))
                              .model;
  const std::string first = producer(model, node_named(model, "c1").inputs[2]).inputs[0];
  const std::string second = producer(model, node_named(model, "c2").inputs[2]).inputs[0];
  EXPECT_NE(first, second);
  EXPECT_FALSE(constant_of(model, first) == constant_of(model, second)) << "the scales of their inputs differ";
}

TEST_F(InsertQuantization, QuantizesTheConstantOperandOfAnAddition) {
  const Quantized result = quantized(image_model()
                                         .initializer("shift", random_tensor(7, {1, 4, 6, 6}))
                                         .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                         .node("Add", {"shift", "a"}, {"s"}, {}, "add")
                                         .node("Conv", {"s", "w2"}, {"y"}, kSame, "c2")
                                         .output("y"));
  const OnnxNode& add = only_node(result.model, "Add");
  const OnnxNode& operand = producer(result.model, add.inputs[0]);
  EXPECT_EQ(operand.op_type, "DequantizeLinear");
  EXPECT_EQ(constant_of(result.model, operand.inputs[0]).dtype(), DType::u8);
  EXPECT_EQ(result.model.find_initializer("shift"), nullptr);
}

/// A choice between two branches by an input, after a convolution that writes "a".
ModelBuilder image_choice(const ModelBuilder& branch) {
  return image_model()
      .input("which", {}, DType::boolean)
      .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
      .node("Conv", {"a", "w2"}, {"y"}, kSame, "c2")
      .node("If", {"which"}, {"z"}, {}, "choice")
      .with_subgraph("then_branch", branch)
      .with_subgraph("else_branch", branch)
      .output("y")
      .output("z");
}

NamedTensors image_and(bool which) {
  return {kImage[0], {"which", Tensor(DType::boolean, {}, nullptr, which ? "\1" : "\0", 1)}};
}

const OnnxGraph& branch_of(const OnnxModel& model, const std::string& name) {
  return node_named(model, "choice").find_attribute(name)->subgraphs.front();
}

TEST_F(InsertQuantization, GivesASubgraphInFloatTheConvertedTensor) {
  const ModelBuilder branch = ModelBuilder().node("Neg", {"a"}, {"r"}).output("r", Shape{1, 4, 6, 6});
  const OnnxModel model = quantized(image_choice(branch), image_and(true)).model;
  const OnnxNode& negation = branch_of(model, "then_branch").nodes.front();
  EXPECT_EQ(producer(model, negation.inputs.front()).op_type, "DequantizeLinear");
}

TEST_F(InsertQuantization, QuantizesInsideSubgraphs) {
  const ModelBuilder branch = ModelBuilder()
                                  .initializer("w", random_tensor(4, {4, 4, 3, 3}))
                                  .node("Conv", {"a", "w"}, {"inner"}, kSame)
                                  .node("Conv", {"inner", "w"}, {"r"}, kSame)
                                  .output("r", Shape{1, 4, 6, 6});
  // Calibrated on both branches: a branch that never runs would stay in float.
  const OnnxModel before = image_choice(branch).build();
  const OnnxModel model = quantize(before, std::vector{image_and(true), image_and(false)}).model;
  for (const char* name : {"then_branch", "else_branch"}) {
    const OnnxGraph& graph = branch_of(model, name);
    // Kernels take parameters from their own graph, so what comes from outside is converted here.
    EXPECT_EQ(graph.nodes.front().op_type, "DequantizeLinear") << name;
    EXPECT_EQ(graph.nodes.front().inputs.front(), "a_quantized") << name;
    EXPECT_EQ(graph.outputs.front().name, graph.nodes.back().outputs.front()) << name;
  }
  for (const bool which : {true, false}) {
    const NamedTensors expected = run(before, image_and(which)), actual = run(model, image_and(which));
    EXPECT_GE(sqnr_db(expected[1].value, actual[1].value), kLeastDecibels);
  }
}

TEST_F(InsertQuantization, LeavesABranchThatNeverRanInFloat) {
  const ModelBuilder branch = ModelBuilder()
                                  .initializer("w", random_tensor(4, {4, 4, 3, 3}))
                                  .node("Conv", {"a", "w"}, {"r"}, kSame)
                                  .output("r", Shape{1, 4, 6, 6});
  const Quantized result = quantized(image_choice(branch), image_and(true));
  int in_float = 0;
  for (const OpPlan& op : result.plan.ops) in_float += op.type == "Conv" && !op.quantized ? 1 : 0;
  EXPECT_EQ(in_float, 1);
}

TEST_F(InsertQuantization, KeepsConversionsAwayFromAPoolThatTheRuntimeWouldBreak) {
  ModelBuilder builder(19);
  builder.input("x", {1, 4, 6, 6})
      .initializer("w1", random_tensor(1, {4, 4, 3, 3}))
      .initializer("w2", random_tensor(2, {4, 4, 3, 3}));
  const OnnxModel model = quantized(builder.node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("AveragePool", {"a"}, {"p"},
                                              {{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{2, 2}}}, "pool")
                                        .node("Conv", {"p", "w2"}, {"y"}, kSame, "c2")
                                        .output("y"))
                              .model;
  EXPECT_EQ(producer(model, only_node(model, "AveragePool").inputs[0]).op_type, "Max");
}

TEST_F(InsertQuantization, TakesNamesThatAreFree) {
  const OnnxModel model = quantized(image_model()
                                        .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                        .node("Softplus", {"a"}, {"a_quantized"}, {}, "plus")
                                        .node("Conv", {"a", "w2"}, {"y"}, kSame, "c2")
                                        .node("Softsign", {"a_quantized"}, {"x_scale"}, {}, "sign")
                                        .output("y")
                                        .output("x_scale"))
                              .model;
  EXPECT_EQ(producer(model, "a_quantized").op_type, "Softplus");
  EXPECT_EQ(producer(model, "x_scale").op_type, "Softsign");
}

TEST_F(InsertQuantization, LeavesAModelWithoutQuantizedOpsAsItIs) {
  const OnnxModel before =
      ModelBuilder().input("x", {1, 4, 6, 6}).node("Softplus", {"x"}, {"y"}, {}, "plus").output("y").build();
  const OnnxModel after = quantize(before, kImage).model;
  EXPECT_EQ(op_types(after), op_types(before));
  EXPECT_TRUE(after.graph.initializers.empty());
}

TEST_F(InsertQuantization, GivesTheSameBytesEveryTime) {
  const OnnxModel before = image_model()
                               .node("Conv", {"x", "w1", "b"}, {"a"}, kSame, "c1")
                               .node("Conv", {"a", "w2", "b"}, {"y"}, kSame, "c2")
                               .output("y")
                               .build();
  EXPECT_EQ(write_model(quantize(before, kImage).model), write_model(quantize(before, kImage).model));
}

TEST_F(InsertQuantization, WritesMetadataOverWhatWasThere) {
  OnnxModel model = image_model().node("Conv", {"x", "w1"}, {"y"}, kSame, "c1").output("y").build();
  model.metadata = {{"author", "somebody"}, {"halftone.version", "0"}};
  const QuantizationPlan plan = quantize(model, kImage).plan;
  insert_quantization(model, plan, {{"halftone.version", "1"}});
  const std::vector<std::pair<std::string, std::string>> expected{{"author", "somebody"}, {"halftone.version", "1"}};
  EXPECT_EQ(model.metadata, expected);
}

TEST_F(InsertQuantization, RefusesAPlanThatWasNotCalibrated) {
  OnnxModel model = image_model().node("Conv", {"x", "w1"}, {"y"}, kSame, "c1").output("y").build();
  QuantizationPlan plan = quantize(model, kImage).plan;
  for (TensorPlan& tensor : plan.tensors) tensor.params.reset();
  const Error error = error_of([&] { insert_quantization(model, plan, {}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.message(), HasSubstr("without calibration"));
}

TEST_F(InsertQuantization, RefusesThePlanOfAnotherModel) {
  const OnnxModel one = image_model().node("Conv", {"x", "w1"}, {"y"}, kSame, "c1").output("y").build();
  OnnxModel other = image_model().node("Conv", {"x", "w1"}, {"y"}, kSame, "another").output("y").build();
  const QuantizationPlan plan = quantize(one, kImage).plan;
  EXPECT_THAT(error_of([&] { insert_quantization(other, plan, {}); }).message(), HasSubstr("'another'"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

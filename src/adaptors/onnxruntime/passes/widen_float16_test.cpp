#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "adaptors/onnxruntime/format/wire.h"
#include "adaptors/onnxruntime/graph_reader.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Integers = std::vector<std::int64_t>;

constexpr std::int64_t kFloat = 1, kInteger = 7, kHalf = 10, kBfloat = 16;  // TensorProto.DataType

Tensor half_bits(std::vector<std::uint16_t> bits, const Shape& shape, DType dtype = DType::f16) {
  const auto owner = std::make_shared<std::vector<std::uint16_t>>(std::move(bits));
  return Tensor(dtype, shape, owner, owner->data(), owner->size() * 2);
}

/// For values that bfloat16 holds.
Tensor bfloat(const std::vector<float>& values, const Shape& shape) {
  std::vector<std::uint16_t> bits;
  for (const float value : values)
    bits.push_back(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
  return half_bits(std::move(bits), shape, DType::bf16);
}

class WidenFloat16 : public RuntimeTest {
 protected:
  /// Rounded to float16 by the runtime.
  Tensor half(const Tensor& value) const {
    return run(ModelBuilder()
                   .input("x", value.shape())
                   .node("Cast", {"x"}, {"y"}, {{"to", kHalf}})
                   .output("y", std::nullopt, DType::f16)
                   .build(),
               {{"x", value}})[0]
        .value;
  }

  /// Runs the pass, and both models on the same input.
  OnnxModel widened(const OnnxModel& before, const NamedTensors& inputs, double tolerance) const {
    OnnxModel after = before;
    const WholePass pass = widen_float16(after, runtime());
    EXPECT_EQ(pass.left_because, "");
    EXPECT_GT(pass.places, 0);
    after = read_bytes(write_model(after));
    const NamedTensors expected = run(before, inputs), actual = run(after, inputs);
    expect_close(expected, actual, tolerance);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(expected[i].value.dtype(), actual[i].value.dtype());
    return after;
  }
  OnnxModel widened(const ModelBuilder& before, const NamedTensors& inputs, double tolerance) const {
    return widened(before.build(), inputs, tolerance);
  }

  /// Why the pass leaves a model, which it then must leave as it is.
  std::string why_left(const OnnxModel& before) const {
    OnnxModel model = before;
    const WholePass pass = widen_float16(model, runtime());
    EXPECT_EQ(pass.places, 0);
    EXPECT_EQ(write_model(model), write_model(before));
    return pass.left_because;
  }
};

/// y = relu(x w + b), all in float16.
ModelBuilder half_layer(const Tensor& weight, const Tensor& bias) {
  return ModelBuilder()
      .input("x", {2, 3}, DType::f16)
      .initializer("w", weight)
      .initializer("b", bias)
      .node("MatMul", {"x", "w"}, {"m"})
      .node("Add", {"m", "b"}, {"a"})
      .node("Relu", {"a"}, {"y"})
      .describe("m", {2, 4}, DType::f16)
      .output("y", Shape{2, 4}, DType::f16);
}

TEST_F(WidenFloat16, ConvertsAtTheBorderAlone) {
  const Tensor weight = half(random_tensor(1, {3, 4})), bias = half(random_tensor(2, {4}));
  const OnnxModel after = widened(half_layer(weight, bias), {{"x", half(random_tensor(3, {2, 3}))}}, 4e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "MatMul", "Add", "Relu", "Cast"));
  EXPECT_THAT(after.graph.nodes[0].inputs, ElementsAre("x"));
  EXPECT_THAT(after.graph.nodes[1].inputs, ElementsAre("x_float32", "w"));
  EXPECT_THAT(after.graph.nodes[4].outputs, ElementsAre("y"));
  EXPECT_EQ(after.graph.nodes[4].integer("to", 0), kHalf);
  EXPECT_EQ(after.graph.inputs[0].dtype, DType::f16);
  EXPECT_EQ(after.graph.outputs[0].dtype, DType::f16);
  EXPECT_EQ(constant_of(after, "w").dtype(), DType::f32);
  EXPECT_EQ(constant_of(after, "w").to_floats(), weight.to_floats());
}

TEST_F(WidenFloat16, KeepsWhatTheFileSaysOfShapes) {
  const OnnxModel after = widened(half_layer(half(random_tensor(1, {3, 4})), half(random_tensor(2, {4}))),
                                  {{"x", half(random_tensor(3, {2, 3}))}}, 4e-3);
  std::vector<std::string> names;
  for (const OnnxValueInfo& value : after.graph.value_infos) {
    names.push_back(value.name);
    EXPECT_EQ(value.dtype, DType::f32) << value.name;
    EXPECT_EQ(value.shape, value.name == "x_float32" ? Shape({2, 3}) : Shape({2, 4})) << value.name;
  }
  EXPECT_THAT(names, ElementsAre("m", "x_float32", "y_float32"));
}

TEST_F(WidenFloat16, IsExactForEveryValue) {
  // ±0, the smallest and largest subnormal and normal ones, 1, 1/3, infinities.
  const std::vector<std::uint16_t> bits{0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0xFBFF,
                                        0x7BFF, 0x3C00, 0x3555, 0x7C00, 0xFC00};
  const Tensor constant = half_bits(bits, {11});
  OnnxModel model = ModelBuilder()
                        .input("x", {11}, DType::f16)
                        .initializer("c", constant)
                        .node("Max", {"x", "c"}, {"y"})
                        .output("y", Shape{11}, DType::f16)
                        .build();
  widen_float16(model, runtime());
  const Tensor wide = constant_of(model, "c");
  const std::vector<float> expected{0,
                                    -0.0F,
                                    0x1p-24F,
                                    -1023 * 0x1p-24F,
                                    0x1p-14F,
                                    -65504,
                                    65504,
                                    1,
                                    0x1.554p-2F,
                                    std::numeric_limits<float>::infinity(),
                                    -std::numeric_limits<float>::infinity()};
  ASSERT_EQ(wide, Tensor::from<float>(expected, {11}));
}

TEST_F(WidenFloat16, AgreesForAConvolutionalNetwork) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {1, 3, 8, 8}, DType::f16)
                                      .initializer("w", half(random_tensor(1, {4, 3, 3, 3}, -0.3F, 0.3F)))
                                      .initializer("b", half(random_tensor(2, {4})))
                                      .initializer("low", half(Tensor::from<float>({0}, {})))
                                      .initializer("high", half(Tensor::from<float>({6}, {})))
                                      .initializer("f", half(random_tensor(3, {4, 5})))
                                      .node("Conv", {"x", "w", "b"}, {"c"})
                                      .node("Clip", {"c", "low", "high"}, {"r"})
                                      .node("GlobalAveragePool", {"r"}, {"p"})
                                      .node("Flatten", {"p"}, {"v"})
                                      .node("Gemm", {"v", "f"}, {"g"})
                                      .node("Softmax", {"g"}, {"y"})
                                      .output("y", Shape{1, 5}, DType::f16),
                                  {{"x", half(random_tensor(4, {1, 3, 8, 8}))}}, 1e-3);
  EXPECT_THAT(op_types(after),
              ElementsAre("Cast", "Conv", "Clip", "GlobalAveragePool", "Flatten", "Gemm", "Softmax", "Cast"));
}

TEST_F(WidenFloat16, ReleasesCastsThatLoseTheirMeaning) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2, 3})
                                      .node("Neg", {"x"}, {"n"})
                                      .node("Cast", {"n"}, {"h"}, {{"to", kHalf}})
                                      .node("Exp", {"h"}, {"e"})
                                      .node("Cast", {"e"}, {"f"}, {{"to", kFloat}})
                                      .node("Abs", {"f"}, {"y"})
                                      .output("y", Shape{2, 3}),
                                  {{"x", random_tensor(1, {2, 3})}}, 3e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Neg", "Identity", "Exp", "Identity", "Abs"));
  EXPECT_TRUE(after.graph.nodes[1].attributes.empty());
}

TEST_F(WidenFloat16, KeepsCastsFromAndToOtherTypes) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("i", {4}, DType::s64)
                                      .node("Cast", {"i"}, {"h"}, {{"to", kHalf}})
                                      .node("Mul", {"h", "h"}, {"m"})
                                      .node("Cast", {"m"}, {"y"}, {{"to", kInteger}})
                                      .output("y", Shape{4}, DType::s64),
                                  {{"i", Tensor::from<std::int64_t>({1, -2, 3, 40}, {4})}}, 0);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Mul", "Cast"));
  EXPECT_EQ(after.graph.nodes[0].integer("to", 0), kFloat);
  EXPECT_EQ(after.graph.nodes[2].integer("to", 0), kInteger);
}

TEST_F(WidenFloat16, WidensConstantsInNodes) {
  OnnxModel before = ModelBuilder()
                         .input("x", {2, 2}, DType::f16)
                         .integers("shape", {2, 2})
                         .node("Constant", {}, {"c"})
                         .node("ConstantOfShape", {"shape"}, {"s"})
                         .node("EyeLike", {"x"}, {"e"}, {{"dtype", kHalf}})
                         .node("Sum", {"x", "c", "s", "e"}, {"y"})
                         .output("y", Shape{2, 2}, DType::f16)
                         .build();
  before.graph.nodes[0].attributes.push_back(make_attribute(before, "value", half(Tensor::from<float>({0.5F}, {}))));
  before.graph.nodes[1].attributes.push_back(make_attribute(before, "value", half(Tensor::from<float>({0.25F}, {1}))));
  before = read_bytes(write_model(before));
  const OnnxModel after = widened(before, {{"x", half(random_tensor(1, {2, 2}))}}, 2e-3);
  EXPECT_EQ(only_node(after, "EyeLike").integer("dtype", 0), kFloat);
  EXPECT_EQ(read_tensor(*only_node(after, "Constant").find_attribute("value")->tensor, *after.files),
            Tensor::from<float>({0.5F}, {}));
}

TEST_F(WidenFloat16, WidensWhatDrawsNumbers) {
  OnnxModel model = ModelBuilder()
                        .input("x", {2, 2})
                        .node("RandomNormal", {}, {"r"}, {{"shape", Integers{2, 2}}, {"dtype", kHalf}})
                        .node("RandomUniformLike", {"x"}, {"u"}, {{"dtype", kHalf}})
                        .node("Add", {"r", "u"}, {"s"})
                        .node("Cast", {"s"}, {"y"}, {{"to", kFloat}})
                        .output("y", Shape{2, 2})
                        .build();
  EXPECT_EQ(widen_float16(model, runtime()).places, 2);
  EXPECT_THAT(op_types(model), ElementsAre("RandomNormal", "RandomUniformLike", "Add", "Identity"));
  EXPECT_EQ(run(model, {{"x", random_tensor(1, {2, 2})}})[0].value.shape(), Shape({2, 2}));
}

TEST_F(WidenFloat16, GivesOutputsThatAreReadInside) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2, 3}, DType::f16)
                                      .node("Neg", {"x"}, {"n"})
                                      .node("Abs", {"n"}, {"y"})
                                      .output("n", Shape{2, 3}, DType::f16)
                                      .output("y", Shape{2, 3}, DType::f16),
                                  {{"x", half(random_tensor(1, {2, 3}))}}, 0);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Neg", "Abs", "Cast", "Cast"));
  EXPECT_THAT(only_node(after, "Abs").inputs, ElementsAre("n_float32"));
}

TEST_F(WidenFloat16, PassesOverTypesOfOutputsThatAreStatedTwice) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2, 3}, DType::f16)
                                      .node("Neg", {"x"}, {"y"})
                                      .describe("x", {2, 3}, DType::f16)
                                      .describe("y", {2, 3}, DType::f16)
                                      .output("y", Shape{2, 3}, DType::f16),
                                  {{"x", half(random_tensor(1, {2, 3}))}}, 0);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Neg", "Cast"));
}

TEST_F(WidenFloat16, GivesConstantsAndInputsAsOutputs) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2}, DType::f16)
                                      .initializer("c", half(Tensor::from<float>({1, 2}, {2})))
                                      .node("Add", {"x", "c"}, {"y"})
                                      .output("y", Shape{2}, DType::f16)
                                      .output("c", Shape{2}, DType::f16)
                                      .output("x", Shape{2}, DType::f16),
                                  {{"x", half(random_tensor(1, {2}))}}, 2e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Add", "Cast", "Cast"));
  EXPECT_EQ(constant_of(after, "c_float32"), Tensor::from<float>({1, 2}, {2}));
}

TEST_F(WidenFloat16, LeavesInputsThatNothingReadsAlone) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2}, DType::f16)
                                      .input("unread", {2}, DType::f16)
                                      .node("Neg", {"x"}, {"y"})
                                      .output("y", Shape{2}, DType::f16),
                                  {{"x", half(random_tensor(1, {2}))}, {"unread", half(random_tensor(2, {2}))}}, 0);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Neg", "Cast"));
}

TEST_F(WidenFloat16, GivesNamesThatNothingHas) {
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {2}, DType::f16)
                                      .node("Neg", {"x"}, {"x_float32"})
                                      .node("Abs", {"x_float32"}, {"y"})
                                      .output("y", Shape{2}, DType::f16),
                                  {{"x", half(random_tensor(1, {2}))}}, 0);
  EXPECT_THAT(after.graph.nodes[0].outputs, ElementsAre("x_float32_2"));
}

TEST_F(WidenFloat16, WidensBfloat16) {
  // The runtime has no such kernels for the CPU, so the numbers are by hand; all of them have few bits.
  OnnxModel model = ModelBuilder()
                        .input("x", {1, 2}, DType::bf16)
                        .initializer("w", bfloat({1, -2, 0.5F, 4}, {2, 2}))
                        .node("MatMul", {"x", "w"}, {"m"})
                        .node("Cast", {"m"}, {"c"}, {{"to", kBfloat}})
                        .node("Relu", {"c"}, {"y"})
                        .output("y", Shape{1, 2}, DType::bf16)
                        .build();
  EXPECT_EQ(widen_float16(model, runtime()).left_because, "");
  EXPECT_THAT(op_types(model), ElementsAre("Cast", "MatMul", "Identity", "Relu", "Cast"));
  const NamedTensors outputs = run(model, {{"x", bfloat({3, 2}, {1, 2})}});
  EXPECT_EQ(outputs[0].value, bfloat({4, 2}, {1, 2}));
}

TEST_F(WidenFloat16, MakesWeightsThatCanBeQuantized) {
  OnnxModel model = half_layer(half(random_tensor(1, {3, 4})), half(random_tensor(2, {4}))).build();
  const auto reasons = [](const OnnxModel& described) {
    OnnxModel named = described;
    name_nodes(named);
    std::vector<std::string> all;
    const GraphView graph = read_graph_view(named);
    for (const OpNode& op : graph.ops()) all.push_back(op.not_quantizable);
    return all;
  };
  EXPECT_THAT(reasons(model)[0], HasSubstr("fp16"));
  widen_float16(model, runtime());
  EXPECT_THAT(reasons(model), Each(Not(HasSubstr("fp16"))));
}

TEST_F(WidenFloat16, FollowsTheRaisingOfAnOldModel) {
  const OnnxModel before = ModelBuilder(9)
                               .input("x", {2, 3}, DType::f16)
                               .node("Neg", {"x"}, {"n"})
                               .node("Clip", {"n"}, {"y"}, {{"min", -0.25F}, {"max", 0.5F}})
                               .output("y", Shape{2, 3}, DType::f16)
                               .build();
  OnnxModel after = before;
  EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
  EXPECT_THAT(op_types(after), ElementsAre("Neg", "Cast", "Cast", "Clip"));
  EXPECT_EQ(widen_float16(after, runtime()).left_because, "");
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Neg", "Identity", "Identity", "Clip", "Cast"));
  const NamedTensors inputs{{"x", half(random_tensor(1, {2, 3}))}};
  expect_close(run(before, inputs), run(after, inputs), 0);
}

TEST_F(WidenFloat16, PassesOverConstantsOfUnknownTypes) {
  // A Constant node of float8e4m3fn (17), which Halftone has no type for.
  const auto with_constant = [](const std::string& tensor) {
    OnnxModel model = ModelBuilder(19)
                          .input("x", {2}, DType::f16)
                          .node("Constant", {}, {"c"})
                          .node("Neg", {"x"}, {"y"})
                          .output("y", Shape{2}, DType::f16)
                          .build();
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    writer.add_string(1, "value");
    writer.add_message(5, tensor);
    writer.add_enum(20, 4);
    model.graph.nodes[0].attributes.push_back({"value", model.keep(bytes), std::nullopt, model.keep(tensor)});
    return model;
  };
  OnnxModel model = with_constant(std::string("\x10\x11\x4A\x01\x38", 5));
  EXPECT_EQ(widen_float16(model, runtime()).left_because, "");
  EXPECT_EQ(run(model, {{"x", half(Tensor::from<float>({1, 2}, {2}))}})[0].value.to_floats(),
            std::vector<float>({-1, -2}));
  OnnxModel broken = with_constant("\x10");
  EXPECT_EQ(error_of([&] { widen_float16(broken, runtime()); }).code(), ErrorCode::invalid_model);
}

TEST_F(WidenFloat16, LeavesFloatModels) {
  EXPECT_EQ(why_left(ModelBuilder()
                         .input("x", {2})
                         .node("Cast", {"x"}, {"i"}, {{"to", kInteger}})
                         .output("i", Shape{2}, DType::s64)
                         .build()),
            "");
}

TEST_F(WidenFloat16, LeavesOpsOfOtherDomainsOnFloat16) {
  const auto model = [](DType dtype) {
    return ModelBuilder()
        .input("x", {2, 4}, dtype)
        .input("h", {2, 4}, DType::f16)
        .node("Neg", {"x"}, {"n"})
        .node("Gelu", {"n"}, {"y"}, {}, "theirs")
        .in_domain("com.microsoft")
        .node("Abs", {"h"}, {"z"})
        .output("y", Shape{2, 4}, dtype)
        .output("z", Shape{2, 4}, DType::f16)
        .build();
  };
  EXPECT_THAT(why_left(model(DType::f16)), HasSubstr("node 'theirs' (com.microsoft.Gelu) is bound to fp16"));
  OnnxModel harmless = model(DType::f32);
  EXPECT_EQ(widen_float16(harmless, runtime()).left_because, "");
}

TEST_F(WidenFloat16, LeavesScalesOfFloat16) {
  EXPECT_THAT(why_left(ModelBuilder(19)
                           .input("x", {2}, DType::f16)
                           .initializer("scale", half(Tensor::from<float>({0.5F}, {})))
                           .initializer("zero", Tensor::from<std::uint8_t>({128}, {}))
                           .node("QuantizeLinear", {"x", "scale", "zero"}, {"q"}, {}, "pair")
                           .node("DequantizeLinear", {"q", "scale", "zero"}, {"y"})
                           .output("y", Shape{2}, DType::f16)
                           .build()),
              HasSubstr("'pair' (QuantizeLinear) is bound to fp16"));
}

TEST_F(WidenFloat16, LeavesWhatItCannotSeeInto) {
  const OnnxModel plain = half_layer(half(random_tensor(1, {3, 4})), half(random_tensor(2, {4}))).build();
  OnnxModel sparse = plain;
  std::string rest(sparse.graph.rest);
  rest += std::string("\x7A\x00", 2);  // field 15, sparse_initializer, empty
  sparse.graph.rest = sparse.keep(std::move(rest));
  EXPECT_THAT(why_left(sparse), HasSubstr("sparse constants"));
  OnnxModel sequence = plain;
  sequence.graph.inputs.push_back({"list", sequence.keep(write_untyped_value("list")), std::nullopt, std::nullopt});
  EXPECT_THAT(why_left(sequence), HasSubstr("input 'list' is no tensor"));
}

TEST_F(WidenFloat16, AsksForTheTypeOfAnOutputThatHasNone) {
  OnnxModel model = half_layer(half(random_tensor(1, {3, 4})), half(random_tensor(2, {4}))).build();
  model.graph.outputs[0] = {"y", model.keep(write_untyped_value("y")), std::nullopt, std::nullopt};
  const OnnxModel after = widened(read_bytes(write_model(model)), {{"x", half(random_tensor(3, {2, 3}))}}, 4e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "MatMul", "Add", "Relu", "Cast"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

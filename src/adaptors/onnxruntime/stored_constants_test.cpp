#include "adaptors/onnxruntime/stored_constants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Bytes = std::vector<std::int8_t>;

std::vector<std::string> tensors(const std::vector<StoredConstant>& constants) {
  std::vector<std::string> names;
  for (const StoredConstant& constant : constants) names.push_back(constant.tensor);
  return names;
}

const StoredConstant& of(const std::vector<StoredConstant>& constants, const std::string& tensor) {
  const auto found = std::ranges::find(constants, tensor, &StoredConstant::tensor);
  if (found == constants.end()) throw Error(ErrorCode::internal, "no constant '" + tensor + "'");
  return *found;
}

/// A convolution by channel, with a bias, as an operator on integers.
ModelBuilder integer_convolution() {
  ModelBuilder builder;
  builder.input("x", {1, 1, 1, 3}, DType::u8)
      .floats("x_s", {0.5F}, {})
      .initializer("x_z", Tensor::from(std::vector<std::uint8_t>{128}, {}))
      .initializer("w_quantized", Tensor::from(Bytes{2, -4}, {2, 1, 1, 1}))
      .floats("w_scale", {0.25F, 2}, {2})
      .initializer("w_zero_point", Tensor::from(Bytes{0, 1}, {2}))
      .floats("y_s", {1}, {})
      .initializer("y_z", Tensor::from(std::vector<std::uint8_t>{0}, {}))
      .initializer("b_quantized", Tensor::from(std::vector<std::int32_t>{8, 3}, {2}));
  return builder
      .node("QLinearConv", {"x", "x_s", "x_z", "w_quantized", "w_scale", "w_zero_point", "y_s", "y_z", "b_quantized"},
            {"y"}, {}, "conv")
      .output("y", Shape{1, 2, 1, 3}, DType::u8);
}

TEST(StoredConstants, OfAnIntegerConvolutionHaveTheScalesOfItsInputs) {
  const auto constants = read_stored_constants(integer_convolution().build());
  ASSERT_THAT(tensors(constants), ElementsAre("w", "b"));
  EXPECT_EQ(constants[0].stored, "w_quantized");
  EXPECT_THAT(constants[0].ops, ElementsAre("conv"));
  // 2 * 0.25, (-4 - 1) * 2
  EXPECT_EQ(dequantized(constants[0]), Tensor::from(std::vector<float>{0.5F, -10}, {2, 1, 1, 1}));
  // 8 * (0.5 * 0.25), 3 * (0.5 * 2)
  EXPECT_EQ(dequantized(constants[1]), Tensor::from(std::vector<float>{1, 3}, {2}));
}

TEST(StoredConstants, OfAnIntegerProductHaveTheirChannelsInTheLastAxis) {
  ModelBuilder builder;
  builder.input("x", {1, 2}, DType::u8)
      .floats("s", {1}, {})
      .initializer("z", Tensor::from(std::vector<std::uint8_t>{0}, {}))
      .initializer("w", Tensor::from(Bytes{1, 2, 3, 4}, {2, 2}))
      .floats("ws", {1, 10}, {2})
      .initializer("wz", Tensor::from(Bytes{0, 0}, {2}));
  builder.node("QLinearMatMul", {"x", "s", "z", "w", "ws", "wz", "s", "z"}, {"y"}, {}, "product")
      .output("y", Shape{1, 2}, DType::u8);
  const auto constants = read_stored_constants(builder.build());
  ASSERT_THAT(tensors(constants), ElementsAre("w")) << "a name of another tool stands for itself";
  EXPECT_EQ(dequantized(constants[0]), Tensor::from(std::vector<float>{1, 20, 3, 40}, {2, 2}));
}

TEST(StoredConstants, InFloatBeforeBothConversionsBelongToTheOpsBehindThem) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {2, 2})
                              .initializer("w", random_tensor(1, {2, 2}))
                              .floats("s", {0.5F}, {})
                              .node("QuantizeLinear", {"w", "s"}, {"w_quantized"}, {}, "q")
                              .node("DequantizeLinear", {"w_quantized", "s"}, {"w_dequantized"}, {}, "dq")
                              .node("MatMul", {"x", "w_dequantized"}, {"y"}, {}, "product")
                              .output("y")
                              .build();
  const auto constants = read_stored_constants(model);
  ASSERT_THAT(tensors(constants), ElementsAre("w"));
  EXPECT_THAT(constants[0].ops, ElementsAre("product"));
  EXPECT_FALSE(constants[0].is_quantized());
  EXPECT_EQ(dequantized(constants[0]), random_tensor(1, {2, 2}));
}

TEST(StoredConstants, OfIntegerArithmeticMayBeEitherOperand) {
  ModelBuilder builder;
  builder.input("x", {2}, DType::u8)
      .floats("s", {0.5F}, {})
      .initializer("z", Tensor::from(std::vector<std::uint8_t>{10}, {}))
      .initializer("c_quantized", Tensor::from(std::vector<std::uint8_t>{10, 14}, {2}));
  for (const bool first : {true, false}) {
    ModelBuilder sum = builder;
    const char* a = first ? "c_quantized" : "x";
    const char* b = first ? "x" : "c_quantized";
    sum.node("QLinearAdd", {a, "s", "z", b, "s", "z", "s", "z"}, {"y"}, {}, "sum").in_domain("com.microsoft");
    const auto constants = read_stored_constants(sum.output("y", Shape{2}, DType::u8).build());
    ASSERT_THAT(tensors(constants), ElementsAre("c"));
    EXPECT_EQ(dequantized(constants[0]), Tensor::from(std::vector<float>{0, 2}, {2}));
  }
}

TEST(StoredConstants, AreNotThoseOfAFloatModel) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {2, 2})
                              .initializer("w", random_tensor(1, {2, 2}))
                              .node("MatMul", {"x", "w"}, {"y"})
                              .output("y")
                              .build();
  EXPECT_THAT(read_stored_constants(model), IsEmpty());
}

TEST(StoredConstants, AreReplacedByName) {
  OnnxModel model = integer_convolution().build();
  const Tensor other = Tensor::from(Bytes{7, 7}, {2, 1, 1, 1});
  replace_constants(model, {{"w_quantized", other}});
  EXPECT_EQ(constant_of(model, "w_quantized"), other);
  EXPECT_EQ(error_of([&] { replace_constants(model, {{"v", other}}); }).code(), ErrorCode::invalid_argument);
}

class StoredConstantsOfQuantized : public RuntimeTest {};

TEST_F(StoredConstantsOfQuantized, GoByTheNamesOfTheFloatModel) {
  const Tensor x = random_tensor(3, {1, 3, 6, 6});
  ModelBuilder builder;
  builder.input("x", {1, 3, 6, 6})
      .initializer("w", random_tensor(1, {4, 3, 3, 3}))
      .initializer("b", random_tensor(2, {4}))
      .node("Conv", {"x", "w", "b"}, {"y"}, {}, "conv")
      .output("y");
  const Quantized result = quantize(builder.build(), {{"x", x}});
  const auto constants = read_stored_constants(result.model);
  ASSERT_THAT(tensors(constants), UnorderedElementsAre("w", "b"));
  EXPECT_THAT(of(constants, "w").ops, ElementsAre("conv"));
  EXPECT_GT(sqnr_db(random_tensor(1, {4, 3, 3, 3}), dequantized(of(constants, "w"))), 40);
  EXPECT_EQ(of(constants, "b").values.dtype(), DType::s32);
}

TEST_F(StoredConstantsOfQuantized, ReadATurnedWeightTheWayTheFloatModelHasIt) {
  // A square matrix: its shape does not tell.
  const Tensor weight = random_tensor(4, {32, 32});
  for (const char* backend : {"onnxrt_integer", "onnxrt_weight_only"}) {
    for (const std::int64_t turned : {0, 1}) {
      const OnnxModel model = ModelBuilder()
                                  .input("x", {5, 32})
                                  .initializer("w", weight)
                                  .node("Gemm", {"x", "w"}, {"y"}, {{"transB", turned}}, "gemm")
                                  .output("y")
                                  .build();
      const auto constants = read_stored_constants(quantize_without_data(model, backend).model);
      ASSERT_THAT(tensors(constants), ElementsAre("w")) << backend;
      EXPECT_THAT(constants[0].ops, ElementsAre("gemm"));
      EXPECT_GT(sqnr_db(weight, dequantized(constants[0])), 18) << backend << " " << turned;
    }
  }
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

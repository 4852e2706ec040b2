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

constexpr double kLeastDecibels = 18;  ///< what rounding normal values to 4 bits leaves, with some to spare
const NamedTensors kRows{{"x", random_tensor(21, {5, 64}, -3, 2)}};

ModelBuilder rows_model() {
  return ModelBuilder()
      .input("x", {5, 64})
      .initializer("w", random_tensor(1, {64, 8}))
      .initializer("wt", random_tensor(2, {8, 64}))
      .initializer("b", random_tensor(3, {8}));
}

class QuantizeWeightsAlone : public RuntimeTest {
 protected:
  /// Quantizes a model's weights, without any data, and holds its outputs against float.
  Quantized quantized(const ModelBuilder& builder, const NamedTensors& inputs = kRows) const {
    const OnnxModel before = builder.build();
    Quantized result = quantize_without_data(before, "onnxrt_weight_only");
    expect_close_to_float(before, result.model, inputs, kLeastDecibels);
    return result;
  }
};

TEST_F(QuantizeWeightsAlone, WritesAMatMulWithItsWeightInGroups) {
  const Quantized result = quantized(rows_model().node("MatMul", {"x", "w"}, {"y"}, {}, "product").output("y"));
  EXPECT_THAT(op_types(result.model), ElementsAre("MatMulNBits"));
  const OnnxNode& product = only_node(result.model, "MatMulNBits");
  EXPECT_EQ(product.name, "product");
  EXPECT_EQ(product.integer("K", 0), 64);
  EXPECT_EQ(product.integer("N", 0), 8);
  EXPECT_EQ(product.integer("bits", 0), 4);
  EXPECT_EQ(product.integer("block_size", 0), 32);
  EXPECT_EQ(constant_of(result.model, product.inputs[1]).shape(), (Shape{8, 2, 16}));
  EXPECT_EQ(constant_of(result.model, product.inputs[2]).shape(), (Shape{16}));
  EXPECT_EQ(constant_of(result.model, product.inputs[3]).shape(), (Shape{8}));
  EXPECT_EQ(result.model.find_initializer("w"), nullptr) << "the float weight is gone";
}

TEST_F(QuantizeWeightsAlone, ReadsTheTurnedWeightAndTheBiasOfAGemm) {
  const Quantized result =
      quantized(rows_model().node("Gemm", {"x", "wt", "b"}, {"y"}, {{"transB", std::int64_t{1}}}, "gemm").output("y"));
  EXPECT_THAT(op_types(result.model), ElementsAre("MatMulNBits"));
  EXPECT_EQ(only_node(result.model, "MatMulNBits").integer("N", 0), 8);
  EXPECT_EQ(only_node(result.model, "MatMulNBits").inputs.back(), "b");
}

TEST_F(QuantizeWeightsAlone, PacksAWeightOnceForAllItsReaders) {
  const Quantized result =
      quantized(rows_model().node("MatMul", {"x", "w"}, {"p"}).node("Gemm", {"x", "w"}, {"q"}).output("p").output("q"));
  EXPECT_EQ(result.model.graph.initializers.size(), 3U) << "values, scales and zero points";
}

TEST_F(QuantizeWeightsAlone, LeavesInFloatWhatIsNoMatrix) {
  const Quantized result = quantized(ModelBuilder()
                                         .input("x", {2, 5, 64})
                                         .initializer("w", random_tensor(1, {2, 64, 8}))
                                         .node("MatMul", {"x", "w"}, {"y"})
                                         .output("y"),
                                     {{"x", random_tensor(21, {2, 5, 64})}});
  EXPECT_THAT(op_types(result.model), ElementsAre("MatMul"));
  EXPECT_EQ(result.plan.ops.front().reason, "its weight is a batch of matrices, which no kernel takes per channel");
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

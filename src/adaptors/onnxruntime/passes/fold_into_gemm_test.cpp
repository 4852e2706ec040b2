#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/executed_ops.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

class FoldIntoGemm : public RuntimeTest {
 protected:
  /// Runs the pass, and both models on the same input.
  OnnxModel folded(const ModelBuilder& builder, int places, const Shape& shape = {3, 4}) const {
    const OnnxModel before = builder.build();
    OnnxModel after = before;
    EXPECT_EQ(fold_bias_into_gemm(after, runtime()), places);
    after = read_bytes(write_model(after));
    const NamedTensors inputs{{"x", random_tensor(9, shape, -2, 2)}};
    expect_close(run(before, inputs), run(after, inputs), 1e-6);
    return after;
  }
};

/// y = x w + b, for x of any shape and five columns.
ModelBuilder biased_product(const Shape& x, const Shape& bias) {
  return ModelBuilder()
      .input("x", x)
      .initializer("w", random_tensor(1, {4, 5}))
      .initializer("b", random_tensor(2, bias))
      .node("MatMul", {"x", "w"}, {"m"}, {}, "product")
      .node("Add", {"m", "b"}, {"y"}, {}, "sum")
      .output("y");
}

TEST_F(FoldIntoGemm, MakesAProductAndItsBiasOneOp) {
  const OnnxModel after = folded(biased_product({3, 4}, {5}), 1);
  ASSERT_THAT(op_types(after), ElementsAre("Gemm"));
  EXPECT_EQ(after.graph.nodes[0].name, "product");
  EXPECT_THAT(after.graph.nodes[0].inputs, ElementsAre("x", "w", "b"));
  EXPECT_THAT(after.graph.nodes[0].outputs, ElementsAre("y"));
}

TEST_F(FoldIntoGemm, MakesARowAVector) {
  const OnnxModel after = folded(biased_product({3, 4}, {1, 5}), 1);
  EXPECT_THAT(only_node(after, "Gemm").inputs, ElementsAre("x", "w", "b_vector"));
  EXPECT_EQ(constant_of(after, "b_vector"), random_tensor(2, {5}));
}

TEST_F(FoldIntoGemm, TakesTheBiasFromEitherSide) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {3, 4})
                                     .initializer("w", random_tensor(1, {4, 5}))
                                     .initializer("b", random_tensor(2, {5}))
                                     .node("MatMul", {"x", "w"}, {"m"})
                                     .node("Add", {"b", "m"}, {"y"})
                                     .output("y"),
                                 1);
  EXPECT_THAT(only_node(after, "Gemm").inputs, ElementsAre("x", "w", "b"));
}

TEST_F(FoldIntoGemm, AsksTheRuntimeForRanks) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {-1, 4})
                                     .initializer("w", random_tensor(1, {4, 5}))
                                     .initializer("b", random_tensor(2, {5}))
                                     .node("Relu", {"x"}, {"r"})
                                     .node("MatMul", {"r", "w"}, {"m"})
                                     .node("Add", {"m", "b"}, {"y"})
                                     .output("y"),
                                 1);
  EXPECT_THAT(op_types(after), ElementsAre("Relu", "Gemm"));
}

TEST_F(FoldIntoGemm, FoldsChains) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {3, 4})
                                     .initializer("w", random_tensor(1, {4, 5}))
                                     .initializer("b", random_tensor(2, {5}))
                                     .initializer("v", random_tensor(3, {5, 2}))
                                     .initializer("a", random_tensor(4, {1, 2}))
                                     .node("MatMul", {"x", "w"}, {"m"})
                                     .node("Add", {"m", "b"}, {"h"})
                                     .node("MatMul", {"h", "v"}, {"n"})
                                     .node("Add", {"n", "a"}, {"y"})
                                     .output("y"),
                                 2);
  EXPECT_THAT(op_types(after), ElementsAre("Gemm", "Gemm"));
}

TEST_F(FoldIntoGemm, FoldsInSubgraphs) {
  const ModelBuilder branch =
      ModelBuilder().node("MatMul", {"x", "w"}, {"m"}).node("Add", {"m", "b"}, {"r"}).output("r");
  OnnxModel before = ModelBuilder()
                         .input("x", {3, 4})
                         .input("c", {}, DType::boolean)
                         .initializer("w", random_tensor(1, {4, 5}))
                         .initializer("b", random_tensor(2, {5}))
                         .node("If", {"c"}, {"y"})
                         .with_subgraph("then_branch", branch)
                         .with_subgraph("else_branch", branch)
                         .output("y")
                         .build();
  name_tensors(before);
  OnnxModel after = before;
  EXPECT_EQ(fold_bias_into_gemm(after, runtime()), 2);
  const NamedTensors inputs{{"x", random_tensor(9, {3, 4})}, {"c", Tensor(DType::boolean, {}, nullptr, "\1", 1)}};
  expect_close(run(before, inputs), run(after, inputs), 1e-6);
}

TEST_F(FoldIntoGemm, LeavesBatchesOfMatrices) {
  const OnnxModel after = folded(biased_product({2, 3, 4}, {5}), 0, {2, 3, 4});
  EXPECT_THAT(op_types(after), ElementsAre("MatMul", "Add"));
  folded(biased_product({4}, {5}), 0, {4});
}

TEST_F(FoldIntoGemm, LeavesAProductOfUnknownRank) {
  // The shape is computed.
  const OnnxModel before = ModelBuilder()
                               .input("x", {3, 4})
                               .input("s", {-1}, DType::s64)
                               .initializer("w", random_tensor(1, {4, 5}))
                               .initializer("b", random_tensor(2, {5}))
                               .node("Reshape", {"x", "s"}, {"r"})
                               .node("MatMul", {"r", "w"}, {"m"})
                               .node("Add", {"m", "b"}, {"y"})
                               .output("y")
                               .build();
  OnnxModel after = before;
  EXPECT_EQ(fold_bias_into_gemm(after, runtime()), 0);
}

TEST_F(FoldIntoGemm, LeavesOtherSums) {
  folded(biased_product({3, 4}, {3, 5}), 0);     // a value for each element
  folded(biased_product({3, 4}, {3, 1}), 0);     // a value for each row
  folded(biased_product({3, 4}, {1}), 0);        // one value
  folded(biased_product({3, 4}, {1, 1, 5}), 0);  // the sum has one axis more
  folded(ModelBuilder()
             .input("x", {3, 4})
             .initializer("w", random_tensor(1, {4, 4}))
             .node("MatMul", {"x", "w"}, {"m"})
             .node("Add", {"m", "x"}, {"y"})
             .output("y"),
         0);
}

TEST_F(FoldIntoGemm, LeavesAProductThatSomethingElseReads) {
  folded(biased_product({3, 4}, {5}).node("Neg", {"m"}, {"z"}).output("z"), 0);
  folded(biased_product({3, 4}, {5}).output("m"), 0);
}

TEST_F(FoldIntoGemm, LeavesProductsWithoutAConstantMatrix) {
  folded(ModelBuilder()
             .input("x", {3, 4})
             .initializer("w", random_tensor(1, {3, 3}))
             .initializer("b", random_tensor(2, {4}))
             .node("MatMul", {"w", "x"}, {"m"})
             .node("Add", {"m", "b"}, {"y"})
             .output("y"),
         0);
  folded(ModelBuilder()
             .input("x", {3, 4})
             .initializer("w", random_tensor(1, {2, 4, 5}))
             .initializer("b", random_tensor(2, {5}))
             .node("MatMul", {"x", "w"}, {"m"})
             .node("Add", {"m", "b"}, {"y"})
             .output("y"),
         0);
}

std::vector<std::string> low_precision(const std::vector<ExecutedOp>& ops) {
  std::vector<std::string> types;
  for (const ExecutedOp& op : ops) {
    if (op.low_precision) types.push_back(op.type);
  }
  return types;
}

TEST_F(FoldIntoGemm, KeepsTheLastProductInLowPrecision) {
  const NamedTensors sample{{"x", random_tensor(9, {3, 4}, -2, 2)}};
  OnnxModel model = biased_product({3, 4}, {5}).build();
  // The runtime itself makes it a Gemm, whose float bias no kernel of low precision takes.
  EXPECT_THAT(low_precision(read_executed_ops(runtime(), quantize(model, sample).model)), ElementsAre());
  fold_bias_into_gemm(model, runtime());
  EXPECT_THAT(low_precision(read_executed_ops(runtime(), quantize(model, sample).model)), ElementsAre("QGemm"));
}

TEST_F(FoldIntoGemm, KeepsEachProductOfMnistInLowPrecision) {
  const std::filesystem::path path = asset("mnist/mnist.onnx");
  if (path.empty()) GTEST_SKIP() << "SKIPPED: assets not found";
  OnnxModel model = read_model_file(path);
  raise_opset(model, runtime());
  fold_constants(model, runtime());
  fold_bias_add(model);
  EXPECT_EQ(fold_bias_into_gemm(model, runtime()), 1);
  name_nodes(model);
  const Quantized quantized = quantize(model, {{"Input3", random_tensor(1, {1, 1, 28, 28}, 0, 255)}});
  EXPECT_THAT(low_precision(read_executed_ops(runtime(), quantized.model)),
              IsSupersetOf({"QLinearConv", "QLinearConv", "QGemm"}));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

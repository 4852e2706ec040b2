#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using Integers = std::vector<std::int64_t>;

class FoldConstants : public RuntimeTest {
 protected:
  /// Runs the pass, and both models on the same inputs.
  OnnxModel folded(const ModelBuilder& builder, int places,
                   NamedTensors inputs = {{"x", random_tensor(1, {2, 6})}}) const {
    const OnnxModel before = builder.build();
    OnnxModel after = before;
    EXPECT_EQ(fold_constants(after, runtime()), places);
    expect_close(run(before, inputs), run(after, inputs), 0);
    return after;
  }
};

TEST_F(FoldConstants, ReplacesConstantNodesByConstants) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .node("Constant", {}, {"c"}, {{"value_float", 2.5F}})
                                     .node("Mul", {"x", "c"}, {"y"})
                                     .output("y"),
                                 1);
  EXPECT_THAT(op_types(after), ElementsAre("Mul"));
  EXPECT_EQ(constant_of(after, "c"), Tensor::from<float>({2.5F}, {}));
}

TEST_F(FoldConstants, FollowsChains) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .floats("w", std::vector<float>(12, 1), {3, 4})
                                     .integers("zero", {0})
                                     .integers("minus_one", {-1})
                                     .node("Shape", {"w"}, {"shape"})
                                     .node("Gather", {"shape", "zero"}, {"rows"})
                                     .node("Concat", {"rows", "minus_one"}, {"target"}, {{"axis", std::int64_t{0}}})
                                     .node("Reshape", {"x", "target"}, {"y"})
                                     .output("y"),
                                 3);
  EXPECT_THAT(op_types(after), ElementsAre("Reshape"));
  EXPECT_EQ(constant_of(after, "target"), Tensor::from<std::int64_t>({3, -1}, {2}));
  EXPECT_EQ(after.find_initializer("rows"), nullptr);
}

TEST_F(FoldConstants, LeavesOutputsOfTheGraph) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .floats("a", {1, 2}, {2})
                                     .node("Neg", {"a"}, {"b"})
                                     .node("Abs", {"b"}, {"constant_output"})
                                     .node("Neg", {"x"}, {"y"})
                                     .output("y")
                                     .output("constant_output"),
                                 0);
  EXPECT_THAT(op_types(after), ElementsAre("Neg", "Abs", "Neg"));
}

TEST_F(FoldConstants, FoldsWhatAnOutputOfTheGraphIsMadeFrom) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .floats("a", {1}, {1})
                                     .node("Neg", {"a"}, {"b"})
                                     .node("Abs", {"b"}, {"constant_output"})
                                     .node("Mul", {"x", "b"}, {"y"})
                                     .output("y")
                                     .output("constant_output"),
                                 1);
  EXPECT_THAT(op_types(after), ElementsAre("Abs", "Mul"));
}

TEST_F(FoldConstants, FoldsNodesOfSeveralOutputs) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .floats("w", {1, 2, 3, 4}, {4})
                                     .node("Split", {"w"}, {"first", "second"})
                                     .node("Neg", {"second"}, {"n"})
                                     .node("ReduceSum", {"n"}, {"s"})
                                     .node("Mul", {"x", "s"}, {"y"})
                                     .output("y"),
                                 3);
  EXPECT_THAT(op_types(after), ElementsAre("Mul"));
}

TEST_F(FoldConstants, KeepsANodeWhenOneOfItsOutputsIsTheGraphs) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .floats("w", {1, 2}, {2})
                                     .node("Split", {"w"}, {"first", "second"})
                                     .node("Mul", {"x", "first"}, {"y"})
                                     .output("y")
                                     .output("second"),
                                 0);
  EXPECT_THAT(op_types(after), ElementsAre("Split", "Mul"));
}

TEST_F(FoldConstants, FoldsWhatASubgraphReads) {
  const ModelBuilder branch = ModelBuilder().node("Mul", {"x", "c"}, {"r"}).output("r", Shape{2, 6});
  const OnnxModel after =
      folded(ModelBuilder()
                 .input("x", {2, 6})
                 .input("condition", {}, DType::boolean)
                 .floats("a", {3}, {1})
                 .node("Neg", {"a"}, {"c"})
                 .node("If", {"condition"}, {"y"})
                 .with_subgraph("then_branch", branch)
                 .with_subgraph("else_branch", branch)
                 .output("y"),
             1, {{"x", random_tensor(1, {2, 6})}, {"condition", Tensor(DType::boolean, {}, nullptr, "\1", 1)}});
  EXPECT_THAT(op_types(after), ElementsAre("If"));
  EXPECT_EQ(constant_of(after, "c"), Tensor::from<float>({-3}, {1}));
}

/// y = c ? x + -k : x * -k, with a k of each branch's own.
ModelBuilder branches(const Tensor& then, const Tensor& otherwise) {
  const auto branch = [](const std::string& type, const Tensor& k) {
    return ModelBuilder()
        .initializer("k", k)
        .node("Neg", {"k"}, {"n"})
        .node(type, {"x", "n"}, {"r"})
        .output("r", std::nullopt);
  };
  return ModelBuilder()
      .input("x", {32, 16})
      .input("c", {}, DType::boolean)
      .node("If", {"c"}, {"y"})
      .with_subgraph("then_branch", branch("Add", then))
      .with_subgraph("else_branch", branch("Mul", otherwise))
      .output("y");
}

std::vector<NamedTensors> both_ways(const Tensor& x) {
  return {{{"x", x}, {"c", Tensor(DType::boolean, {}, nullptr, "\1", 1)}},
          {{"x", x}, {"c", Tensor(DType::boolean, {}, nullptr, "\0", 1)}}};
}

TEST_F(FoldConstants, KeepsOnceWhatBranchesHaveInCommon) {
  const Tensor k = random_tensor(1, {32, 16});
  OnnxModel before = branches(k, k).build();
  name_tensors(before);
  OnnxModel after = before;
  EXPECT_EQ(fold_constants(after, runtime()), 2);
  remove_unused_constants(after);
  EXPECT_EQ(after.graph.initializers.size(), 1U);
  for (const OnnxGraph* graph : graphs_inside_out(after.graph)) {
    if (graph == &after.graph) continue;
    EXPECT_TRUE(graph->initializers.empty());
    EXPECT_EQ(graph->nodes.at(0).inputs.at(1), after.graph.initializers[0].name);
  }
  EXPECT_LT(write_model(after).size(), write_model(before).size() - k.size_bytes() + 200);
  after = read_bytes(write_model(after));
  for (const NamedTensors& inputs : both_ways(random_tensor(2, {32, 16}))) {
    expect_close(run(before, inputs), run(after, inputs), 0);
  }
}

TEST_F(FoldConstants, KeepsApartWhatDiffers) {
  // Of one size, in another shape or with another value.
  const Tensor k = random_tensor(1, {32, 16});
  for (const Tensor& other : {random_tensor(3, {32, 16}), random_tensor(1, {1, 32, 16})}) {
    OnnxModel before = branches(k, other).build();
    name_tensors(before);
    OnnxModel after = before;
    EXPECT_EQ(fold_constants(after, runtime()), 2);
    EXPECT_TRUE(after.graph.initializers.empty());
    for (const NamedTensors& inputs : both_ways(random_tensor(2, {32, 16}))) {
      expect_close(run(before, inputs), run(after, inputs), 0);
    }
  }
}

TEST_F(FoldConstants, RedirectsWhatNestedGraphsRead) {
  const Tensor k = random_tensor(1, {32, 16});
  const ModelBuilder inner = ModelBuilder()
                                 .node("Abs", {"n"}, {"a"})
                                 .node("Mul", {"x", "a"}, {"ii"})
                                 .node("Sub", {"ii", "n"}, {"i"})
                                 .output("i", std::nullopt);
  const ModelBuilder branch = ModelBuilder()
                                  .initializer("k", k)
                                  .node("Neg", {"k"}, {"n"})
                                  .node("If", {"c"}, {"r"})
                                  .with_subgraph("then_branch", inner)
                                  .with_subgraph("else_branch", inner)
                                  .output("r", std::nullopt);
  OnnxModel before = ModelBuilder()
                         .input("x", {32, 16})
                         .input("c", {}, DType::boolean)
                         .node("If", {"c"}, {"y"})
                         .with_subgraph("then_branch", branch)
                         .with_subgraph("else_branch", branch)
                         .output("y")
                         .build();
  name_tensors(before);
  OnnxModel after = before;
  EXPECT_EQ(fold_constants(after, runtime()), 6);
  remove_unused_constants(after);
  EXPECT_EQ(after.graph.initializers.size(), 2U);  // -k and |-k|
  for (const NamedTensors& inputs : both_ways(random_tensor(2, {32, 16}))) {
    expect_close(run(before, inputs), run(after, inputs), 0);
  }
}

TEST_F(FoldConstants, LeavesQuantizedWeightsQuantized) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .initializer("q", Tensor::from<std::int8_t>({1, -2, 3, 4, 5, 6}, {6}))
                                     .floats("scale", {0.5F}, {})
                                     .node("DequantizeLinear", {"q", "scale"}, {"w"})
                                     .node("Mul", {"x", "w"}, {"y"})
                                     .output("y"),
                                 0);
  EXPECT_THAT(op_types(after), ElementsAre("DequantizeLinear", "Mul"));
}

TEST_F(FoldConstants, LeavesSequences) {
  const NamedTensors inputs{{"x", random_tensor(1, {2, 6})}, {"i", Tensor::from<std::int64_t>({1}, {})}};
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .input("i", {}, DType::s64)
                                     .floats("a", {1}, {1})
                                     .floats("b", {2}, {1})
                                     .node("SequenceConstruct", {"a", "b"}, {"list"})
                                     .node("SequenceAt", {"list", "i"}, {"chosen"})
                                     .node("Mul", {"x", "chosen"}, {"y"})
                                     .output("y"),
                                 0, inputs);
  EXPECT_THAT(op_types(after), ElementsAre("SequenceConstruct", "SequenceAt", "Mul"));
}

TEST_F(FoldConstants, LeavesWhatDrawsAnewAtEveryRun) {
  OnnxModel model = ModelBuilder()
                        .input("x", {2, 6})
                        .node("RandomNormal", {}, {"noise"}, {{"shape", Integers{2, 6}}})
                        .node("Neg", {"noise"}, {"n"})
                        .node("Add", {"x", "n"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_EQ(fold_constants(model, runtime()), 0);
}

TEST_F(FoldConstants, LeavesOpsOfOtherDomainsAndSubgraphs) {
  const ModelBuilder branch = ModelBuilder().node("Neg", {"a"}, {"r"}).output("r", Shape{1});
  OnnxModel model = ModelBuilder()
                        .floats("a", {1}, {1})
                        .initializer("c", Tensor(DType::boolean, {}, nullptr, "\1", 1))
                        .node("Secret", {"a"}, {"s"})
                        .in_domain("own")
                        .node("If", {"c"}, {"i"})
                        .with_subgraph("then_branch", branch)
                        .with_subgraph("else_branch", branch)
                        .node("Add", {"s", "i"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_EQ(fold_constants(model, runtime()), 0);
}

TEST_F(FoldConstants, LeavesLargeResults) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .integers("shape", {(16 << 20) + 1})
                                     .integers("first", {0})
                                     .node("ConstantOfShape", {"shape"}, {"many"})
                                     .input("index", {1}, DType::s64)
                                     .node("Gather", {"many", "index"}, {"one"})
                                     .node("Add", {"x", "one"}, {"y"})
                                     .output("y"),
                                 0, {{"x", random_tensor(1, {2, 6})}, {"index", Tensor::from<std::int64_t>({5}, {1})}});
  EXPECT_THAT(op_types(after), ElementsAre("ConstantOfShape", "Gather", "Add"));
}

TEST_F(FoldConstants, FoldsWhatComesOutOfALargeResult) {
  const OnnxModel after = folded(ModelBuilder()
                                     .input("x", {2, 6})
                                     .integers("shape", {(16 << 20) + 1})
                                     .integers("first", {0})
                                     .node("ConstantOfShape", {"shape"}, {"many"})
                                     .node("Gather", {"many", "first"}, {"one"})
                                     .node("Add", {"x", "one"}, {"y"})
                                     .output("y"),
                                 2);
  EXPECT_THAT(op_types(after), ElementsAre("Add"));
}

TEST_F(FoldConstants, DoesNothingWithoutConstants) {
  const OnnxModel after = folded(ModelBuilder().input("x", {2, 6}).node("Neg", {"x"}, {"y"}).output("y"), 0);
  EXPECT_TRUE(after.graph.initializers.empty());
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;

class RemoveIdentities : public RuntimeTest {
 protected:
  /// Runs the pass, and both models on the same input.
  OnnxModel removed(const ModelBuilder& builder, int places) const {
    const OnnxModel before = builder.build();
    OnnxModel after = before;
    EXPECT_EQ(remove_identities(after), places);
    const NamedTensors inputs{{"x", random_tensor(1, {2, 3})}};
    expect_close(run(before, inputs), run(after, inputs), 0);
    return after;
  }
};

TEST_F(RemoveIdentities, ShortensChains) {
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .node("Identity", {"x"}, {"a"})
                                      .node("Identity", {"a"}, {"b"})
                                      .node("Neg", {"b"}, {"y"})
                                      .output("y"),
                                  2);
  EXPECT_THAT(op_types(after), ElementsAre("Neg"));
  EXPECT_THAT(after.graph.nodes[0].inputs, ElementsAre("x"));
}

TEST_F(RemoveIdentities, FreesConstantsFromThem) {
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .floats("w", {1, 2, 3}, {3})
                                      .node("Identity", {"w"}, {"v"})
                                      .node("Mul", {"x", "v"}, {"y"})
                                      .output("y"),
                                  1);
  EXPECT_THAT(only_node(after, "Mul").inputs, ElementsAre("x", "w"));
}

TEST_F(RemoveIdentities, KeepsNamesOfTheGraphsOutputs) {
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .node("Neg", {"x"}, {"n"})
                                      .node("Identity", {"n"}, {"y"})
                                      .output("y")
                                      .output("n"),
                                  0);
  EXPECT_THAT(op_types(after), ElementsAre("Neg", "Identity"));
}

TEST_F(RemoveIdentities, KeepsWhatASubgraphReads) {
  const ModelBuilder branch = ModelBuilder().node("Neg", {"same"}, {"r"}).output("r", Shape{2, 3});
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .initializer("c", Tensor(DType::boolean, {}, nullptr, "\1", 1))
                                      .node("Identity", {"x"}, {"same"})
                                      .node("If", {"c"}, {"y"})
                                      .with_subgraph("then_branch", branch)
                                      .with_subgraph("else_branch", branch)
                                      .output("y"),
                                  0);
  EXPECT_THAT(op_types(after), ElementsAre("Identity", "If"));
}

TEST_F(RemoveIdentities, RemovesDropoutAsItIsInInference) {
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .floats("ratio", {0.5F}, {})
                                      .initializer("training", Tensor(DType::boolean, {}, nullptr, "\0", 1))
                                      .node("Dropout", {"x", "ratio"}, {"a"})
                                      .node("Dropout", {"a", "ratio", "training"}, {"b", "unread_mask"})
                                      .node("Neg", {"b"}, {"y"})
                                      .output("y"),
                                  2);
  EXPECT_THAT(op_types(after), ElementsAre("Neg"));
}

TEST_F(RemoveIdentities, KeepsDropoutWhoseMaskIsRead) {
  const OnnxModel after = removed(ModelBuilder()
                                      .input("x", {2, 3})
                                      .node("Dropout", {"x"}, {"a", "mask"})
                                      .node("Neg", {"a"}, {"y"})
                                      .output("y")
                                      .output("mask", Shape{2, 3}, DType::boolean),
                                  0);
  EXPECT_THAT(op_types(after), ElementsAre("Dropout", "Neg"));
}

TEST(RemoveIdentitiesGraph, KeepsDropoutThatMayTrain) {
  const auto with_training = [](const char* value) {
    return ModelBuilder()
        .input("x", {2, 3})
        .floats("ratio", {0.5F}, {})
        .input("asked", {}, DType::boolean)
        .initializer("always", Tensor(DType::boolean, {}, nullptr, "\1", 1))
        .node("Dropout", {"x", "ratio", value}, {"a"})
        .node("Neg", {"a"}, {"y"})
        .output("y")
        .build();
  };
  for (const char* training : {"asked", "always"}) {
    OnnxModel model = with_training(training);
    EXPECT_EQ(remove_identities(model), 0) << training;
  }
}

TEST(RemoveIdentitiesGraph, LeavesOpsOfOtherDomains) {
  OnnxModel model = ModelBuilder()
                        .input("x", {1})
                        .node("Identity", {"x"}, {"a"})
                        .in_domain("own")
                        .node("Neg", {"a"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_EQ(remove_identities(model), 0);
}

TEST(RemoveIdentitiesGraph, LeavesBrokenNodes) {
  OnnxModel model = ModelBuilder()
                        .input("x", {1})
                        .node("Identity", {}, {"a"})
                        .node("Identity", {"x"}, {})
                        .node("Dropout", {}, {})
                        .node("Identity", {""}, {"b"})
                        .node("Neg", {"x"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_EQ(remove_identities(model), 0);
  EXPECT_EQ(model.graph.nodes.size(), 5u);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

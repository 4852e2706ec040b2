#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kChannels = 6;
constexpr double kTolerance = 2e-5;

/// x → Conv → c, with weights of this shape.
ModelBuilder convolution(const Shape& input, const Shape& weight, bool with_bias, const Attributes& attributes = {}) {
  ModelBuilder builder;
  builder.input("x", input).initializer("w", random_tensor(1, weight)).initializer("b", random_tensor(2, {weight[0]}));
  return builder.node("Conv", with_bias ? std::vector<std::string>{"x", "w", "b"} : std::vector<std::string>{"x", "w"},
                      {"c"}, attributes, "conv");
}

ModelBuilder image_convolution(bool with_bias = true) {
  return convolution({1, 4, 5, 5}, {kChannels, 4, 3, 3}, with_bias);
}

/// Adds the constants of a normalization of `input` to `output`.
ModelBuilder& normalize(ModelBuilder& builder, const std::string& input, const std::string& output,
                        const Attributes& attributes = {{"epsilon", 1e-3F}}, std::int64_t channels = kChannels) {
  const std::string prefix = output + "_";
  builder.initializer(prefix + "gamma", random_tensor(3, {channels}))
      .initializer(prefix + "beta", random_tensor(4, {channels}));
  builder.initializer(prefix + "mean", random_tensor(5, {channels}))
      .initializer(prefix + "var", random_tensor(6, {channels}, 0.1F, 2));
  return builder.node("BatchNormalization", {input, prefix + "gamma", prefix + "beta", prefix + "mean", prefix + "var"},
                      {output}, attributes);
}

class FoldIntoConvolution : public RuntimeTest {
 protected:
  void expect_same(const OnnxModel& before, const OnnxModel& after, const Shape& input = {1, 4, 5, 5}) const {
    const NamedTensors inputs{{"x", random_tensor(9, input, -2, 2)}};
    expect_close(run(before, inputs), run(after, inputs), kTolerance);
  }
  /// Runs fold_batch_norm, then both models.
  OnnxModel fold_norm(const ModelBuilder& builder, int places, const Shape& input = {1, 4, 5, 5}) const {
    const OnnxModel before = builder.build();
    OnnxModel after = before;
    EXPECT_EQ(fold_batch_norm(after), places);
    expect_same(before, after, input);
    return after;
  }
  OnnxModel fold_add(const ModelBuilder& builder, int places, const Shape& input = {1, 4, 5, 5}) const {
    const OnnxModel before = builder.build();
    OnnxModel after = before;
    EXPECT_EQ(fold_bias_add(after), places);
    expect_same(before, after, input);
    return after;
  }
};

TEST_F(FoldIntoConvolution, TakesInABatchNormalization) {
  for (const bool with_bias : {false, true}) {
    ModelBuilder builder = image_convolution(with_bias);
    const OnnxModel after = fold_norm(normalize(builder, "c", "y").output("y"), 1);
    ASSERT_THAT(op_types(after), ElementsAre("Conv"));
    EXPECT_EQ(after.graph.nodes[0].name, "conv");
    EXPECT_THAT(after.graph.nodes[0].outputs, ElementsAre("y"));
    EXPECT_EQ(after.graph.nodes[0].inputs.size(), 3u);
  }
}

TEST_F(FoldIntoConvolution, ScalesAsTheFormulaSays) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 1, 1})
      .floats("w", {3}, {1, 1, 1, 1})
      .floats("b", {1}, {1})
      .node("Conv", {"x", "w", "b"}, {"c"});
  builder.floats("gamma", {2}, {1}).floats("beta", {5}, {1}).floats("mean", {0.5F}, {1}).floats("var", {15}, {1});
  builder.node("BatchNormalization", {"c", "gamma", "beta", "mean", "var"}, {"y"}, {{"epsilon", 1.0F}}).output("y");
  OnnxModel model = builder.build();
  ASSERT_EQ(fold_batch_norm(model), 1);
  // s = 2 / sqrt(15 + 1) = 0.5; w = 3 s; b = (1 - 0.5) s + 5
  const OnnxNode& node = model.graph.nodes[0];
  EXPECT_EQ(constant_of(model, node.inputs[1]), Tensor::from<float>({1.5F}, {1, 1, 1, 1}));
  EXPECT_EQ(constant_of(model, node.inputs[2]), Tensor::from<float>({5.25F}, {1}));
}

TEST_F(FoldIntoConvolution, TakesInNormalizationsOfAnyRankAndGroup) {
  ModelBuilder one_axis = convolution({2, 4, 9}, {kChannels, 4, 3}, true);
  fold_norm(normalize(one_axis, "c", "y").output("y"), 1, {2, 4, 9});
  ModelBuilder three_axes = convolution({1, 2, 3, 4, 4}, {kChannels, 2, 1, 3, 3}, false);
  fold_norm(normalize(three_axes, "c", "y").output("y"), 1, {1, 2, 3, 4, 4});
  ModelBuilder grouped = convolution({1, 4, 5, 5}, {kChannels, 2, 3, 3}, true, {{"group", std::int64_t{2}}});
  fold_norm(normalize(grouped, "c", "y").output("y"), 1);
}

TEST_F(FoldIntoConvolution, TakesInNormalizationAndThenAddition) {
  ModelBuilder builder = image_convolution(false);
  normalize(builder, "c", "n")
      .initializer("shift", random_tensor(7, {kChannels, 1, 1}))
      .node("Add", {"n", "shift"}, {"y"})
      .output("y");
  const OnnxModel after = fold_add(ModelBuilder(builder), 0);  // not yet a direct neighbour
  OnnxModel both = builder.build();
  EXPECT_EQ(fold_batch_norm(both), 1);
  EXPECT_EQ(fold_bias_add(both), 1);
  EXPECT_THAT(op_types(both), ElementsAre("Conv"));
  expect_same(builder.build(), both);
}

TEST_F(FoldIntoConvolution, LeavesTheOtherReaderOfASharedWeightAlone) {
  ModelBuilder builder = image_convolution();
  builder.node("Conv", {"x", "w", "b"}, {"plain"});
  const OnnxModel after = fold_norm(normalize(builder, "c", "y").output("y").output("plain"), 1);
  EXPECT_THAT(after.graph.nodes[1].inputs, ElementsAre("x", "w", "b"));
  EXPECT_EQ(constant_of(after, "w"), random_tensor(1, {kChannels, 4, 3, 3}));
}

TEST_F(FoldIntoConvolution, LeavesAConvolutionThatOthersReadToo) {
  ModelBuilder read_twice = image_convolution();
  normalize(read_twice, "c", "n").node("Add", {"n", "c"}, {"y"}).output("y");
  fold_norm(read_twice, 0);
  ModelBuilder is_output = image_convolution();
  fold_norm(normalize(is_output, "c", "y").output("y").output("c"), 0);
  const ModelBuilder branch = ModelBuilder().node("Neg", {"c"}, {"r"}).output("r", Shape{1, kChannels, 3, 3});
  ModelBuilder captured = image_convolution();
  captured.initializer("yes", Tensor(DType::boolean, {}, nullptr, "\1", 1));
  normalize(captured, "c", "y")
      .node("If", {"yes"}, {"z"})
      .with_subgraph("then_branch", branch)
      .with_subgraph("else_branch", branch);
  fold_norm(captured.output("y").output("z"), 0);
}

TEST_F(FoldIntoConvolution, LeavesANormalizationWithParametersOfTheRun) {
  ModelBuilder builder = image_convolution();
  builder.initializer("one", random_tensor(3, {kChannels}, 0.5F, 1))
      .node("ReduceMean", {"x"}, {"m"}, {{"keepdims", std::int64_t{0}}});
  builder.node("Mul", {"one", "m"}, {"mean"})
      .node("BatchNormalization", {"c", "one", "one", "mean", "one"}, {"y"})
      .output("y");
  fold_norm(builder, 0);
}

TEST(FoldIntoConvolutionGraph, LeavesANormalizationInTraining) {
  ModelBuilder by_attribute = image_convolution();
  OnnxModel training = normalize(by_attribute, "c", "y", {{"training_mode", std::int64_t{1}}}).output("y").build();
  EXPECT_EQ(fold_batch_norm(training), 0);
  // Before operator set 14 it is the number of outputs that says so.
  ModelBuilder by_outputs = image_convolution();
  normalize(by_outputs, "c", "y").output("y").output("y_running_mean");
  OnnxModel several = by_outputs.build();
  several.graph.nodes.back().outputs = {"y", "y_running_mean", "y_running_var"};
  EXPECT_EQ(fold_batch_norm(several), 0);
}

TEST(FoldIntoConvolutionGraph, LeavesWhatDoesNotFit) {
  ModelBuilder wrong_channels = image_convolution();
  OnnxModel model = normalize(wrong_channels, "c", "y", {}, kChannels + 1).output("y").build();
  EXPECT_EQ(fold_batch_norm(model), 0);
  ModelBuilder wrong_parameters = image_convolution();
  normalize(wrong_parameters, "c", "y");
  model = wrong_parameters.output("y").build();
  model.graph.nodes.back().inputs[3] = "w";
  EXPECT_EQ(fold_batch_norm(model), 0);
}

TEST(FoldIntoConvolutionGraph, LeavesBrokenNodes) {
  const auto broken = [](const std::vector<std::string>& inputs, const std::vector<std::string>& outputs, bool norm) {
    ModelBuilder builder;
    builder.input("x", {1, 1, 4, 4})
        .floats("w", {1}, {1, 1, 1, 1})
        .floats("one", {1}, {1})
        .node("Conv", inputs, outputs);
    if (norm)
      builder.node("BatchNormalization", {"c", "one", "one", "one", "one"}, {"y"});
    else
      builder.node("Add", {"c"}, {"y"});
    return builder.output("y").build();
  };
  for (const bool norm : {true, false}) {
    for (const std::vector<std::string>& inputs : {std::vector<std::string>{}, {"x"}, {"x", ""}}) {
      OnnxModel model = broken(inputs, {"c"}, norm);
      EXPECT_EQ(fold_batch_norm(model) + fold_bias_add(model), 0);
    }
    OnnxModel without_result = broken({"x", "w"}, {"", "c"}, norm);
    EXPECT_EQ(fold_batch_norm(without_result) + fold_bias_add(without_result), 0);
  }
  ModelBuilder no_output = image_convolution();
  normalize(no_output, "c", "y").output("y");
  OnnxModel model = no_output.build();
  model.graph.nodes.back().outputs.clear();
  EXPECT_EQ(fold_batch_norm(model), 0);
}

TEST_F(FoldIntoConvolution, TakesInTheAdditionOfOneConstantAChannel) {
  for (const Shape& shape : {Shape{kChannels, 1, 1}, Shape{1, kChannels, 1, 1}}) {
    for (const bool first : {false, true}) {
      for (const bool with_bias : {false, true}) {
        ModelBuilder builder = image_convolution(with_bias);
        builder.initializer("shift", random_tensor(7, shape));
        builder
            .node("Add", first ? std::vector<std::string>{"shift", "c"} : std::vector<std::string>{"c", "shift"}, {"y"})
            .output("y");
        EXPECT_THAT(op_types(fold_add(builder, 1)), ElementsAre("Conv"));
      }
    }
  }
}

TEST_F(FoldIntoConvolution, LeavesOtherAdditions) {
  // As many values as channels, but along another axis; along two axes; a higher rank than the image.
  for (const Shape& shape : {Shape{3}, Shape{1, kChannels, 3, 1}, Shape{1, 1, kChannels, 1, 1}}) {
    ModelBuilder builder = image_convolution();
    fold_add(builder.initializer("shift", random_tensor(7, shape)).node("Add", {"c", "shift"}, {"y"}).output("y"), 0);
  }
  ModelBuilder square = convolution({1, 4, 5, 5}, {3, 4, 3, 3}, false);
  fold_add(square.initializer("shift", random_tensor(7, {3})).node("Add", {"c", "shift"}, {"y"}).output("y"), 0);
  ModelBuilder doubled = image_convolution();
  fold_add(doubled.node("Add", {"c", "c"}, {"y"}).output("y"), 0);
  ModelBuilder two_results = image_convolution();
  fold_add(two_results.node("Conv", {"x", "w"}, {"d"}).node("Add", {"c", "d"}, {"y"}).output("y"), 0);
}

TEST_F(FoldIntoConvolution, ReadsASingleChannelAsAScalarToo) {
  ModelBuilder builder = convolution({1, 4, 5, 5}, {1, 4, 3, 3}, false);
  fold_add(builder.floats("shift", {0.5F}, {}).node("Add", {"c", "shift"}, {"y"}).output("y"), 1);
}

TEST_F(FoldIntoConvolution, RemovesTheConstantsThatNothingReads) {
  ModelBuilder builder = image_convolution();
  OnnxModel model = normalize(builder, "c", "y").output("y").build();
  fold_batch_norm(model);
  EXPECT_EQ(remove_unused_constants(model), 6);  // weight, bias, and four parameters
  EXPECT_EQ(model.graph.initializers.size(), 2u);
  expect_same(builder.build(), model);
}

TEST(RemoveUnusedConstants, KeepsOutputsAndWhatSubgraphsRead) {
  const ModelBuilder branch = ModelBuilder().node("Neg", {"captured"}, {"r"}).output("r");
  OnnxModel model = ModelBuilder()
                        .floats("captured", {1}, {1})
                        .floats("output", {1}, {1})
                        .floats("unused", {1}, {1})
                        .initializer("yes", Tensor(DType::boolean, {}, nullptr, "\1", 1))
                        .node("If", {"yes"}, {"y"})
                        .with_subgraph("then_branch", branch)
                        .with_subgraph("else_branch", branch)
                        .output("y")
                        .output("output")
                        .build();
  EXPECT_EQ(remove_unused_constants(model), 1);
  EXPECT_EQ(model.find_initializer("unused"), nullptr);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

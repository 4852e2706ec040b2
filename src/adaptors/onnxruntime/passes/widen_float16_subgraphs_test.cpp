#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Integers = std::vector<std::int64_t>;

constexpr std::int64_t kFloat = 1, kHalf = 10;  // TensorProto.DataType

class WidenFloat16InSubgraphs : public RuntimeTest {
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

  /// Runs the pass, and both models on the same inputs. Nothing of 16 bits is left inside.
  OnnxModel widened(OnnxModel before, const std::vector<NamedTensors>& samples, double tolerance) const {
    name_tensors(before);
    OnnxModel after = before;
    const WholePass pass = widen_float16(after, runtime());
    EXPECT_EQ(pass.left_because, "");
    EXPECT_GT(pass.places, 0);
    after = read_bytes(write_model(after));
    expect_no_half_inside(after);
    for (const NamedTensors& inputs : samples) {
      const NamedTensors expected = run(before, inputs), actual = run(after, inputs);
      expect_close(expected, actual, tolerance);
      for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(expected[i].value.dtype(), actual[i].value.dtype());
    }
    return after;
  }

  static void expect_no_half_inside(const OnnxModel& model) {
    for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
      for (const OnnxInitializer& constant : graph->initializers) {
        EXPECT_NE(read_tensor_header(constant.message).dtype, DType::f16) << constant.name;
      }
      if (graph == &model.graph) continue;
      for (const auto* values : {&graph->inputs, &graph->outputs, &graph->value_infos}) {
        for (const OnnxValueInfo& value : *values) EXPECT_NE(value.dtype, DType::f16) << value.name;
      }
      for (const OnnxNode& node : graph->nodes) EXPECT_NE(node.integer("to", 0), kHalf) << node.name;
    }
  }

  /// Why the pass leaves a model, which it then must leave as it is.
  std::string why_left(OnnxModel before) const {
    name_tensors(before);
    OnnxModel model = before;
    const WholePass pass = widen_float16(model, runtime());
    EXPECT_EQ(pass.places, 0);
    EXPECT_EQ(write_model(model), write_model(before));
    return pass.left_because;
  }
};

Tensor truth(bool value) { return Tensor(DType::boolean, {}, nullptr, value ? "\1" : "\0", 1); }

std::vector<NamedTensors> both(const Tensor& x) {
  return {{{"x", x}, {"c", truth(true)}}, {{"x", x}, {"c", truth(false)}}};
}

/// y = c ? then(x) : otherwise(x), from `dtype` to float16.
ModelBuilder choice(const Shape& shape, DType dtype, const ModelBuilder& then, const ModelBuilder& otherwise) {
  return ModelBuilder()
      .input("x", shape, dtype)
      .input("c", {}, DType::boolean)
      .node("If", {"c"}, {"y"}, {}, "choice")
      .with_subgraph("then_branch", then)
      .with_subgraph("else_branch", otherwise)
      .output("y", std::nullopt, DType::f16);
}

const OnnxGraph& subgraph(const OnnxNode& node, const std::string& attribute) {
  return node.find_attribute(attribute)->subgraphs.at(0);
}

std::vector<std::string> types(const OnnxGraph& graph) {
  std::vector<std::string> all;
  for (const OnnxNode& node : graph.nodes) all.push_back(node.op_type);
  return all;
}

TEST_F(WidenFloat16InSubgraphs, WidensBothBranches) {
  const ModelBuilder then = ModelBuilder()
                                .initializer("w", half(random_tensor(1, {3, 4})))
                                .node("MatMul", {"x", "w"}, {"m"})
                                .describe("m", {2, 4}, DType::f16)
                                .node("Relu", {"m"}, {"r"})
                                .output("r", Shape{2, 4}, DType::f16);
  const ModelBuilder otherwise = ModelBuilder()
                                     .initializer("w", half(random_tensor(2, {3, 4})))
                                     .node("Neg", {"x"}, {"m"})
                                     .node("MatMul", {"m", "w"}, {"r"})
                                     .output("r", std::nullopt, DType::f16);
  const OnnxModel after =
      widened(choice({2, 3}, DType::f16, then, otherwise).build(), both(half(random_tensor(3, {2, 3}))), 2e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "If", "Cast"));
  const OnnxGraph& branch = subgraph(after.graph.nodes[1], "then_branch");
  EXPECT_THAT(branch.nodes[0].inputs, ElementsAre("x_float32", "w"));
  EXPECT_EQ(branch.outputs[0].dtype, DType::f32);
}

TEST_F(WidenFloat16InSubgraphs, WidensNestedBranches) {
  const auto inner = [&](float by) {
    return ModelBuilder()
        .initializer("k", half(Tensor::from<float>({by}, {1})))
        .node("Mul", {"n", "k"}, {"r"})
        .output("r", std::nullopt, DType::f16);
  };
  const ModelBuilder branch = ModelBuilder()
                                  .node("Exp", {"x"}, {"n"})
                                  .node("If", {"c"}, {"r"})
                                  .with_subgraph("then_branch", inner(2))
                                  .with_subgraph("else_branch", inner(3))
                                  .output("r", std::nullopt, DType::f16);
  widened(choice({5}, DType::f16, branch, branch).build(), both(half(random_tensor(1, {5}))), 1e-2);
}

TEST_F(WidenFloat16InSubgraphs, ReleasesInnerCasts) {
  const ModelBuilder branch = ModelBuilder()
                                  .node("Cast", {"x"}, {"h"}, {{"to", kHalf}})
                                  .node("Exp", {"h"}, {"e"})
                                  .node("Cast", {"e"}, {"f"}, {{"to", kFloat}})
                                  .node("Neg", {"f"}, {"n"})
                                  .node("Cast", {"n"}, {"r"}, {{"to", kHalf}})
                                  .output("r", std::nullopt, DType::f16);
  const OnnxModel after = widened(choice({4}, DType::f32, branch, branch).build(), both(random_tensor(1, {4})), 4e-3);
  EXPECT_THAT(types(subgraph(only_node(after, "If"), "then_branch")),
              ElementsAre("Identity", "Exp", "Identity", "Neg", "Identity"));
}

TEST_F(WidenFloat16InSubgraphs, WidensTheStateOfALoop) {
  const ModelBuilder body = ModelBuilder()
                                .input("i", {}, DType::s64)
                                .input("go", {}, DType::boolean)
                                .input("state", {2, 3}, DType::f16)
                                .node("Identity", {"go"}, {"go_on"})
                                .node("Add", {"state", "x"}, {"next"})
                                .node("Relu", {"next"}, {"each"})
                                .output("go_on", Shape{}, DType::boolean)
                                .output("next", std::nullopt, DType::f16)
                                .output("each", std::nullopt, DType::f16);
  const ModelBuilder loop = ModelBuilder()
                                .input("x", {2, 3}, DType::f16)
                                .initializer("trips", Tensor::from<std::int64_t>({3}, {}))
                                .node("Loop", {"trips", "", "x"}, {"last", "all"})
                                .with_subgraph("body", body)
                                .output("last", std::nullopt, DType::f16)
                                .output("all", std::nullopt, DType::f16);
  const NamedTensors inputs{{"x", half(random_tensor(1, {2, 3}))}};
  const OnnxModel after = widened(loop.build(), {inputs}, 3e-3);
  EXPECT_THAT(op_types(after), ElementsAre("Cast", "Loop", "Cast", "Cast"));
  EXPECT_EQ(subgraph(after.graph.nodes[1], "body").inputs[2].dtype, DType::f32);

  OnnxModel untyped = loop.build();
  OnnxGraph& inner = untyped.graph.nodes[0].attributes[0].subgraphs[0];
  inner.inputs[2] = {"state", untyped.keep(write_untyped_value("state")), std::nullopt, std::nullopt};
  inner.outputs[1] = {"next", untyped.keep(write_untyped_value("next")), std::nullopt, std::nullopt};
  widened(read_bytes(write_model(untyped)), {inputs}, 3e-3);
}

TEST_F(WidenFloat16InSubgraphs, WidensSequencesThatALoopCarries) {
  const ModelBuilder body = ModelBuilder()
                                .input("i", {}, DType::s64)
                                .input("go", {}, DType::boolean)
                                .input("list", {}, DType::f16)
                                .node("Identity", {"go"}, {"go_on"})
                                .node("SequenceInsert", {"list", "x"}, {"longer"})
                                .output("go_on", Shape{}, DType::boolean)
                                .output("longer");
  OnnxModel before = ModelBuilder()
                         .input("x", {2, 3}, DType::f16)
                         .initializer("trips", Tensor::from<std::int64_t>({3}, {}))
                         .node("SequenceEmpty", {}, {"none"}, {{"dtype", kHalf}})
                         .node("Loop", {"trips", "", "none"}, {"all"})
                         .with_subgraph("body", body)
                         .node("ConcatFromSequence", {"all"}, {"y"}, {{"axis", std::int64_t{0}}})
                         .output("y", Shape{6, 3}, DType::f16)
                         .build();
  OnnxGraph& inner = before.graph.nodes[1].attributes[0].subgraphs[0];
  inner.inputs[2] = {"list", before.keep(write_untyped_value("list")), std::nullopt, std::nullopt};
  inner.outputs[1] = {"longer", before.keep(write_untyped_value("longer")), std::nullopt, std::nullopt};
  widened(read_bytes(write_model(before)), {{{"x", half(random_tensor(1, {2, 3}))}}}, 0);
}

TEST_F(WidenFloat16InSubgraphs, WidensScans) {
  const ModelBuilder body = ModelBuilder()
                                .input("sum", {3}, DType::f16)
                                .input("row", {3}, DType::f16)
                                .node("Add", {"sum", "row"}, {"next"})
                                .node("Cast", {"next"}, {"f"}, {{"to", kFloat}})
                                .node("Exp", {"f"}, {"part"})
                                .output("next", std::nullopt, DType::f16)
                                .output("part");
  const OnnxModel after =
      widened(ModelBuilder()
                  .input("x", {4, 3}, DType::f16)
                  .initializer("zero", half(Tensor::from<float>({0, 0, 0}, {3})))
                  .node("Scan", {"zero", "x"}, {"last", "y"}, {{"num_scan_inputs", std::int64_t{1}}})
                  .with_subgraph("body", body)
                  .output("last", std::nullopt, DType::f16)
                  .output("y")
                  .build(),
              {{{"x", half(random_tensor(1, {4, 3}))}}}, 2e-2);
  EXPECT_THAT(types(subgraph(only_node(after, "Scan"), "body")), ElementsAre("Add", "Identity", "Exp"));
}

TEST_F(WidenFloat16InSubgraphs, ReadsOutputsOfTheModelThatSubgraphsReadToo) {
  const ModelBuilder branch = ModelBuilder().node("Neg", {"a"}, {"r"}).output("r", std::nullopt, DType::f16);
  const OnnxModel after = widened(ModelBuilder()
                                      .input("x", {3}, DType::f16)
                                      .input("c", {}, DType::boolean)
                                      .node("Abs", {"x"}, {"a"})
                                      .node("If", {"c"}, {"y"})
                                      .with_subgraph("then_branch", branch)
                                      .with_subgraph("else_branch", branch)
                                      .output("a", Shape{3}, DType::f16)
                                      .output("y", std::nullopt, DType::f16)
                                      .build(),
                                  both(half(random_tensor(1, {3}))), 0);
  EXPECT_THAT(subgraph(only_node(after, "If"), "then_branch").nodes[0].inputs, ElementsAre("a_float32"));
}

TEST_F(WidenFloat16InSubgraphs, LeavesInnerOpsOfOtherDomainsOnFloat16) {
  const auto branch = [](const std::string& input) {
    return ModelBuilder()
        .node("Neg", {input}, {"n"})
        .node("Gelu", {"n"}, {"g"}, {}, "theirs")
        .in_domain("com.microsoft")
        .node("Cast", {"g"}, {"r"}, {{"to", kHalf}})
        .output("r", std::nullopt, DType::f16);
  };
  const auto model = [&](const std::string& input) {
    OnnxModel built = choice({3}, DType::f16, branch(input), branch(input)).input("f", {3}).build();
    built.require_domain("com.microsoft", 1);
    name_tensors(built);
    return built;
  };
  EXPECT_THAT(why_left(model("x")), HasSubstr("node 'theirs' (com.microsoft.Gelu) is bound to fp16 by 'n'"));
  OnnxModel harmless = model("f");
  EXPECT_EQ(widen_float16(harmless, runtime()).left_because, "");
}

TEST_F(WidenFloat16InSubgraphs, LeavesSubgraphsOfOtherDomains) {
  const ModelBuilder body = ModelBuilder().node("Neg", {"x"}, {"r"}).output("r", std::nullopt, DType::f16);
  EXPECT_THAT(why_left(ModelBuilder()
                           .input("x", {3}, DType::f16)
                           .input("n", {1}, DType::s64)
                           .node("Repeat", {"n"}, {"y"}, {}, "choice")
                           .in_domain("theirs")
                           .with_subgraph("body", body)
                           .output("y", Shape{3})
                           .build()),
              HasSubstr("'choice' (theirs.Repeat) holds a subgraph"));
}

TEST_F(WidenFloat16InSubgraphs, FollowsTheRaisingOfAnOldModel) {
  const ModelBuilder branch = ModelBuilder(9)
                                  .node("Neg", {"x"}, {"n"})
                                  .node("Clip", {"n"}, {"r"}, {{"min", -0.25F}, {"max", 0.5F}})
                                  .output("r", std::nullopt, DType::f16);
  OnnxModel before = ModelBuilder(9)
                         .input("x", {3}, DType::f16)
                         .input("c", {}, DType::boolean)
                         .node("If", {"c"}, {"y"})
                         .with_subgraph("then_branch", branch)
                         .with_subgraph("else_branch", branch)
                         .output("y", std::nullopt, DType::f16)
                         .build();
  name_tensors(before);
  OnnxModel after = before;
  EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
  EXPECT_EQ(widen_float16(after, runtime()).left_because, "");
  expect_no_half_inside(after);
  for (const NamedTensors& inputs : both(half(random_tensor(1, {3})))) {
    expect_close(run(before, inputs), run(after, inputs), 0);
  }
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

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

constexpr std::int64_t kFloat = 1, kHalf = 10, kDouble = 11;  // TensorProto.DataType

class RaiseOpsetInSubgraphs : public RuntimeTest {
 protected:
  /// Runs the pass, and both models on the same inputs.
  OnnxModel raised(const ModelBuilder& builder, const std::vector<NamedTensors>& samples, double tolerance = 0) const {
    OnnxModel before = builder.build();
    name_tensors(before);
    OnnxModel after = before;
    EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
    EXPECT_EQ(after.opset(), 13);
    after = read_bytes(write_model(after));
    for (const NamedTensors& inputs : samples) expect_close(run(before, inputs), run(after, inputs), tolerance);
    return after;
  }
};

Tensor truth(bool value) { return Tensor(DType::boolean, {}, nullptr, value ? "\1" : "\0", 1); }

/// Both ways of an If on `x`.
std::vector<NamedTensors> both(const Tensor& x) {
  return {{{"x", x}, {"c", truth(true)}}, {{"x", x}, {"c", truth(false)}}};
}

/// y = c ? then(x) : otherwise(x).
ModelBuilder choice(std::int64_t opset, const Shape& shape, const ModelBuilder& then, const ModelBuilder& otherwise) {
  return ModelBuilder(opset)
      .input("x", shape)
      .input("c", {}, DType::boolean)
      .node("If", {"c"}, {"y"}, {}, "choice")
      .with_subgraph("then_branch", then)
      .with_subgraph("else_branch", otherwise)
      .output("y");
}

const OnnxGraph& subgraph(const OnnxNode& node, const std::string& attribute) {
  return node.find_attribute(attribute)->subgraphs.at(0);
}

std::vector<std::string> types(const OnnxGraph& graph) {
  std::vector<std::string> all;
  for (const OnnxNode& node : graph.nodes) all.push_back(node.op_type);
  return all;
}

class RaiseBranches : public RaiseOpsetInSubgraphs, public ::testing::WithParamInterface<std::int64_t> {};

TEST_P(RaiseBranches, KeepsWhatBothGive) {
  const std::int64_t opset = GetParam();
  const ModelBuilder sum = ModelBuilder(opset)
                               .node("Neg", {"x"}, {"n"})
                               .node("ReduceSum", {"n"}, {"s"}, {{"axes", Integers{2}}, {"keepdims", std::int64_t{0}}})
                               .node("Unsqueeze", {"s"}, {"u"}, {{"axes", Integers{2}}})
                               .node("Add", {"n", "u"}, {"r"})
                               .output("r");
  const ModelBuilder softmax = ModelBuilder(opset).node("Neg", {"x"}, {"n"}).node("Softmax", {"n"}, {"r"}).output("r");
  const OnnxModel after = raised(choice(opset, {2, 3, 4}, sum, softmax), both(random_tensor(1, {2, 3, 4})));
  const OnnxNode& node = only_node(after, "If");
  EXPECT_THAT(types(subgraph(node, "then_branch")), ElementsAre("Neg", "ReduceSum", "Unsqueeze", "Add"));
  EXPECT_EQ(subgraph(node, "then_branch").initializers.size(), 2U);
  EXPECT_THAT(types(subgraph(node, "else_branch")), ElementsAre("Neg", "Flatten", "Shape", "Softmax", "Reshape"));
}

INSTANTIATE_TEST_SUITE_P(OfSet, RaiseBranches, ::testing::Values(9, 11, 12));

TEST_F(RaiseOpsetInSubgraphs, AsksForInnerShapes) {
  // Only one axis from the first on has extent, which the file says nowhere.
  const ModelBuilder branch = ModelBuilder(11).node("Neg", {"x"}, {"n"}).node("Softmax", {"n"}, {"r"}).output("r");
  const OnnxModel after = raised(choice(11, {2, 3, 1}, branch, branch), both(random_tensor(1, {2, 3, 1})));
  EXPECT_THAT(types(subgraph(only_node(after, "If"), "then_branch")), ElementsAre("Neg", "Softmax"));
}

TEST_F(RaiseOpsetInSubgraphs, GivesInnerBoundsTheTypeOfTheData) {
  const ModelBuilder padded = ModelBuilder(9)
                                  .node("Cast", {"x"}, {"w"}, {{"to", kDouble}})
                                  .node("Neg", {"w"}, {"n"})
                                  .node("Pad", {"n"}, {"p"}, {{"pads", Integers{1, 0}}, {"value", 0.1F}})
                                  .node("Cast", {"p"}, {"r"}, {{"to", kFloat}})
                                  .output("r");
  const ModelBuilder clipped = ModelBuilder(9)
                                   .node("Cast", {"y"}, {"w"}, {{"to", kHalf}})
                                   .node("Neg", {"w"}, {"n"})
                                   .node("Clip", {"n"}, {"b"}, {{"min", -0.25F}, {"max", 0.5F}})
                                   .node("Cast", {"b"}, {"r"}, {{"to", kFloat}})
                                   .output("r");
  const OnnxModel after = raised(choice(9, {4}, padded, padded)
                                     .node("If", {"c"}, {"z"})
                                     .with_subgraph("then_branch", clipped)
                                     .with_subgraph("else_branch", clipped)
                                     .output("z"),
                                 both(random_tensor(1, {4})), 0x1p-12);  // half a step of float16 below 1
  const OnnxGraph& first = subgraph(after.graph.nodes[0], "then_branch");
  EXPECT_THAT(types(first), ElementsAre("Cast", "Neg", "Cast", "Pad", "Cast"));
  EXPECT_EQ(first.nodes[2].integer("to", 0), kDouble);
  const OnnxGraph& second = subgraph(after.graph.nodes[1], "else_branch");
  EXPECT_THAT(types(second), ElementsAre("Cast", "Neg", "Cast", "Cast", "Clip", "Cast"));
  EXPECT_EQ(second.nodes[2].integer("to", 0), kHalf);
}

TEST_F(RaiseOpsetInSubgraphs, ReadsConstantsOfTheGraphsAround) {
  const ModelBuilder inner = ModelBuilder(10).node("Resize", {"x", "s"}, {"ii"}).output("ii");
  const ModelBuilder branch = ModelBuilder(10)
                                  .node("If", {"c"}, {"r"})
                                  .with_subgraph("then_branch", inner)
                                  .with_subgraph("else_branch", inner)
                                  .output("r");
  const OnnxModel after = raised(choice(10, {1, 1, 5, 5}, branch, branch).floats("s", {1, 1, 0.6F, 0.6F}, {4}),
                                 both(random_tensor(1, {1, 1, 5, 5})));
  const OnnxNode& outer = only_node(after, "If");
  const OnnxNode& nested = subgraph(outer, "else_branch").nodes[0];
  const OnnxNode& resize = subgraph(nested, "then_branch").nodes[0];
  EXPECT_EQ(resize.find_attribute("nearest_mode")->value, Attribute(std::string("ceil")));
}

TEST_F(RaiseOpsetInSubgraphs, KeepsLoopsWithStateAndScannedResults) {
  for (const std::int64_t opset : {9, 11, 12}) {
    const ModelBuilder body = ModelBuilder(opset)
                                  .input("i", {}, DType::s64)
                                  .input("go", {}, DType::boolean)
                                  .input("state", {2, 3})
                                  .node("Identity", {"go"}, {"go_on"})
                                  .node("Add", {"state", "x"}, {"next"})
                                  .node("Softmax", {"next"}, {"part"})
                                  .node("ReduceSum", {"part"}, {"each"}, {{"axes", Integers{0}}})
                                  .output("go_on", Shape{}, DType::boolean)
                                  .output("next")
                                  .output("each");
    const OnnxModel after = raised(ModelBuilder(opset)
                                       .input("x", {2, 3})
                                       .initializer("trips", Tensor::from<std::int64_t>({3}, {}))
                                       .node("Loop", {"trips", "", "x"}, {"last", "all"})
                                       .with_subgraph("body", body)
                                       .node("Squeeze", {"all"}, {"y"}, {{"axes", Integers{1}}})
                                       .output("last")
                                       .output("y"),
                                   {{{"x", random_tensor(1, {2, 3})}}});
    EXPECT_THAT(op_types(after), ElementsAre("Loop", "Squeeze"));
    EXPECT_EQ(subgraph(after.graph.nodes[0], "body").nodes[3].inputs.size(), 2U);
  }
}

/// Adds up rows, giving each sum's softmax.
ModelBuilder scan(std::int64_t opset) {
  const ModelBuilder body = ModelBuilder(opset)
                                .input("sum", {1, 3})
                                .input("row", {3})
                                .node("Unsqueeze", {"row"}, {"matrix"}, {{"axes", Integers{0}}})
                                .node("Add", {"sum", "matrix"}, {"next"})
                                .node("Softmax", {"next"}, {"part"})
                                .output("next")
                                .output("part");
  return ModelBuilder(opset)
      .input("x", {4, 3})
      .floats("zero", {0, 0, 0}, {1, 3})
      .node("Scan", {"zero", "x"}, {"last", "y"}, {{"num_scan_inputs", std::int64_t{1}}}, "rows")
      .with_subgraph("body", body)
      .output("last")
      .output("y");
}

TEST_F(RaiseOpsetInSubgraphs, KeepsScans) {
  for (const std::int64_t opset : {9, 11, 12}) {
    const OnnxModel after = raised(scan(opset), {{{"x", random_tensor(1, {4, 3})}}});
    EXPECT_THAT(types(subgraph(only_node(after, "Scan"), "body")), ElementsAre("Unsqueeze", "Add", "Softmax"));
  }
}

TEST_F(RaiseOpsetInSubgraphs, LeavesScansOverBatches) {
  OnnxModel model = scan(8).build();
  EXPECT_THAT(raise_opset(model, runtime()).left_because, HasSubstr("'rows' (Scan) is of no op that later sets have"));
  EXPECT_EQ(model.opset(), 8);
}

TEST_F(RaiseOpsetInSubgraphs, NamesTheInnerOpThatCannotBeRaised) {
  const ModelBuilder fine = ModelBuilder(9).node("Neg", {"x"}, {"r"}).output("r");
  const ModelBuilder branch =
      ModelBuilder(9).node("Crop", {"x"}, {"r"}, {{"border", Integers{0, 0, 0, 0}}}, "culprit").output("r");
  OnnxModel model = choice(9, {1, 3, 4, 4}, fine, branch).build();
  name_tensors(model);
  const std::string before = write_model(model);
  EXPECT_EQ(raise_opset(model, runtime()).left_because, "node 'culprit' (Crop) is of no op that later sets have");
  EXPECT_EQ(write_model(model), before);
}

TEST_F(RaiseOpsetInSubgraphs, LeavesAModelWhoseInnerTypesCannotBeKnown) {
  // The product's extents contradict each other, so that the runtime does not open it.
  const ModelBuilder branch =
      ModelBuilder(9).node("MatMul", {"x", "x"}, {"m"}).node("Clip", {"m"}, {"r"}, {{"min", 0.5F}}).output("r");
  OnnxModel model = choice(9, {2, 3}, branch, branch).build();
  name_tensors(model);
  const std::string before = write_model(model);
  EXPECT_THAT(raise_opset(model, runtime()).left_because, HasSubstr("the type of 'm"));
  EXPECT_EQ(write_model(model), before);
}

TEST_F(RaiseOpsetInSubgraphs, GivesNamesThatNoGraphHas) {
  const auto branch = [](const std::string& result) {
    return ModelBuilder(11).node("Squeeze", {"x"}, {result}, {{"axes", Integers{1}}}).output(result);
  };
  OnnxModel model =
      choice(11, {2, 1, 3}, branch("r"), branch("s")).node("Neg", {"y"}, {"r_axes"}).output("r_axes").build();
  raise_opset(model, runtime());
  const OnnxGraph& then = subgraph(only_node(model, "If"), "then_branch");
  EXPECT_THAT(then.nodes[0].inputs, ElementsAre("x", "r_axes_2"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

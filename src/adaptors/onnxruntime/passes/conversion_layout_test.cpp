#include <gtest/gtest.h>

#include <algorithm>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr ConversionLayout kDedicated{.dedicated_pairs = true, .pairs_on_weights = false};
constexpr ConversionLayout kOnWeights{.dedicated_pairs = false, .pairs_on_weights = true};
const Attributes kSame{{"pads", Integers{1, 1, 1, 1}}};

ModelBuilder image_model() {
  return ModelBuilder()
      .input("x", {1, 4, 6, 6})
      .initializer("w1", random_tensor(1, {4, 4, 3, 3}))
      .initializer("w2", random_tensor(2, {4, 4, 3, 3}));
}

long count(const OnnxGraph& graph, const std::string& type) {
  return std::ranges::count(graph.nodes, type, &OnnxNode::op_type);
}

/// Where conversions stand changes no value.
class ConversionLayoutTest : public RuntimeTest {
 protected:
  OnnxModel with_layout(const ModelBuilder& builder, const ConversionLayout& layout,
                        const std::vector<NamedTensors>& samples = {{{"x", random_tensor(11, {1, 4, 6, 6})}}}) const {
    const OnnxModel before = builder.build();
    const OnnxModel usual = quantize(before, samples).model;
    OnnxModel model = quantize(before, samples, "onnxrt_qdq", layout).model;
    for (const NamedTensors& sample : samples) expect_close(run(usual, sample), run(model, sample), 0);
    return model;
  }
};

TEST_F(ConversionLayoutTest, GivesEachReaderOfATensorItsOwnPair) {
  const OnnxModel model = with_layout(image_model()
                                          .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                          .node("Conv", {"a", "w2"}, {"c"}, kSame, "c2")
                                          .node("Add", {"c", "a"}, {"s"}, {}, "add")
                                          .node("Conv", {"s", "w1"}, {"y"}, kSame, "c3")
                                          .output("y"),
                                      kDedicated);
  EXPECT_EQ(count(model.graph, "QuantizeLinear"), 6);  // x, a twice, c, s, y
  EXPECT_NE(node_named(model, "c2").inputs[0], node_named(model, "add").inputs[1]);
}

TEST_F(ConversionLayoutTest, TakesAnOpThatReadsATensorTwiceForOneReader) {
  const OnnxModel model = with_layout(image_model()
                                          .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                          .node("Add", {"a", "a"}, {"s"}, {}, "add")
                                          .node("Conv", {"s", "w2"}, {"y"}, kSame, "c2")
                                          .output("y"),
                                      kDedicated);
  EXPECT_EQ(count(model.graph, "QuantizeLinear"), 4);
  EXPECT_EQ(node_named(model, "add").inputs[0], node_named(model, "add").inputs[1]);
}

TEST_F(ConversionLayoutTest, KeepsThePairOfAnOutputToItself) {
  const OnnxModel model = with_layout(image_model()
                                          .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                          .node("Conv", {"a", "w2"}, {"y"}, kSame, "c2")
                                          .output("a")
                                          .output("y"),
                                      kDedicated);
  EXPECT_EQ(count(model.graph, "QuantizeLinear"), 4);  // x, a for the reader and for the output, y
  EXPECT_NE(node_named(model, "c2").inputs[0], "a");
}

TEST_F(ConversionLayoutTest, PutsPairsBehindWeightsThatStayInFloat) {
  const OnnxModel model = with_layout(image_model()
                                          .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                          .node("Conv", {"a", "w1"}, {"y"}, kSame, "c2")
                                          .output("y"),
                                      kOnWeights);
  EXPECT_EQ(constant_of(model, "w1").dtype(), DType::f32);
  EXPECT_EQ(count(model.graph, "QuantizeLinear"), 4) << "x, a, y, and one weight that two read";
  EXPECT_EQ(node_named(model, "c1").inputs[1], node_named(model, "c2").inputs[1]);
}

TEST_F(ConversionLayoutTest, HoldsInSubgraphsThatReadWeightsFromOutside) {
  const ModelBuilder branch = ModelBuilder()
                                  .node("Conv", {"a", "w1"}, {"inner"}, kSame)
                                  .node("Conv", {"inner", "w1"}, {"r"}, kSame)
                                  .output("r", Shape{1, 4, 6, 6});
  const ModelBuilder choice = image_model()
                                  .input("which", {}, DType::boolean)
                                  .node("Conv", {"x", "w1"}, {"a"}, kSame, "c1")
                                  .node("If", {"which"}, {"y"}, {}, "choice")
                                  .with_subgraph("then_branch", branch)
                                  .with_subgraph("else_branch", branch)
                                  .output("y");
  std::vector<NamedTensors> samples;
  for (const char* which : {"\1", "\0"}) {
    samples.push_back(
        {{"x", random_tensor(11, {1, 4, 6, 6})}, {"which", Tensor(DType::boolean, {}, nullptr, which, 1)}});
  }
  for (const ConversionLayout& layout : {kDedicated, kOnWeights, ConversionLayout{true, true}}) {
    const OnnxModel model = with_layout(choice, layout, samples);
    const OnnxGraph& then = node_named(model, "choice").find_attribute("then_branch")->subgraphs.front();
    EXPECT_EQ(count(then, "QuantizeLinear"), layout.pairs_on_weights ? 3 : 2);
  }
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

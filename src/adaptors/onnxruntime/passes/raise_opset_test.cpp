#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/format/wire.h"
#include "adaptors/onnxruntime/graph_reader.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "base/file.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Integers = std::vector<std::int64_t>;

const Shape kShape{2, 3, 4, 5};

class RaiseOpset : public RuntimeTest {
 protected:
  /// Why the pass leaves a model, which it then must leave as it is.
  std::string why_left(const ModelBuilder& builder) const {
    OnnxModel model = builder.build();
    const std::string before = write_model(model);
    const WholePass pass = raise_opset(model, runtime());
    EXPECT_EQ(pass.places, 0);
    EXPECT_EQ(write_model(model), before);
    EXPECT_EQ(why_opset_stays(model), pass.left_because);
    return pass.left_because;
  }
};

std::int64_t ir_version(const OnnxModel& model) {
  FieldReader fields(model.rest);
  while (fields.next()) {
    if (fields.tag() == 1) return fields.integer();
    fields.field().skip();
  }
  return 0;
}

/// Of a set whose Squeeze takes its axes as an attribute.
ModelBuilder squeeze(std::int64_t opset) {
  return ModelBuilder(opset)
      .input("x", {1, 3, 1})
      .node("Squeeze", {"x"}, {"y"}, {{"axes", Integers{2}}}, "squeeze")
      .output("y");
}

TEST_F(RaiseOpset, TurnsAttributesIntoInputs) {
  OnnxModel model = squeeze(11).build();
  EXPECT_EQ(raise_opset(model, runtime()).places, 2);
  const OnnxNode& node = only_node(model, "Squeeze");
  EXPECT_THAT(node.inputs, ElementsAre("x", "y_axes"));
  EXPECT_EQ(node.find_attribute("axes"), nullptr);
  EXPECT_EQ(node.name, "squeeze");
  EXPECT_EQ(constant_of(model, "y_axes"), Tensor::from<std::int64_t>({2}, {1}));
}

TEST_F(RaiseOpset, LeavesOutBoundsThatBoundNothing) {
  OnnxModel model = ModelBuilder(7)
                        .input("x", kShape)
                        .node("Clip", {"x"}, {"a"}, {{"min", std::numeric_limits<float>::lowest()}, {"max", 6.0F}})
                        .node("Clip", {"a"}, {"y"}, {{"min", 0.0F}})
                        .output("y")
                        .build();
  raise_opset(model, runtime());
  EXPECT_THAT(model.graph.nodes[0].inputs, ElementsAre("x", "", "a_max"));
  EXPECT_THAT(model.graph.nodes[1].inputs, ElementsAre("a", "y_min"));
}

TEST_F(RaiseOpset, GivesBoundsTheTypeOfTheData) {
  const OnnxModel before = ModelBuilder(10)
                               .input("x", {4}, DType::f64)
                               .node("Neg", {"x"}, {"n"})
                               .node("Pad", {"n"}, {"y"}, {{"pads", Integers{1, 0}}, {"value", 0.1F}})
                               .output("y", std::nullopt, DType::f64)
                               .build();
  OnnxModel after = before;
  raise_opset(after, runtime());
  EXPECT_THAT(op_types(after), ElementsAre("Neg", "Cast", "Pad"));
  const NamedTensors inputs{{"x", Tensor::from<double>({1, 2, 3, 4}, {4})}};
  EXPECT_EQ(run(before, inputs)[0].value, run(after, inputs)[0].value);
}

TEST_F(RaiseOpset, GivesNamesThatNothingHas) {
  OnnxModel model = squeeze(11).node("Neg", {"y"}, {"y_axes"}).output("y_axes").build();
  raise_opset(model, runtime());
  EXPECT_THAT(only_node(model, "Squeeze").inputs, ElementsAre("x", "y_axes_2"));
}

TEST_F(RaiseOpset, RaisesTheIrVersionWithIt) {
  OnnxModel model = squeeze(9).build();
  std::string rest;
  protozero::pbf_writer(rest).add_int64(1, 3);
  protozero::pbf_writer(rest).add_string(2, "maker");
  model.rest = model.keep(std::move(rest));
  raise_opset(model, runtime());
  EXPECT_EQ(ir_version(model), 7);
  EXPECT_THAT(std::string(model.rest), HasSubstr("maker"));
}

TEST_F(RaiseOpset, LeavesALaterIrVersion) {
  OnnxModel model = squeeze(12).build();
  raise_opset(model, runtime());
  EXPECT_EQ(ir_version(model), 8);
}

TEST_F(RaiseOpset, LeavesModelsOfSet13AndLater) {
  for (const std::int64_t opset : {13, 17}) {
    EXPECT_EQ(why_left(ModelBuilder(opset).input("x", kShape).node("Softmax", {"x"}, {"y"}).output("y")), "");
  }
}

TEST_F(RaiseOpset, LeavesOtherDomains) {
  OnnxModel model = ModelBuilder(11)
                        .input("x", {1, 3, 1})
                        .node("Gelu", {"x"}, {"g"})
                        .in_domain("com.microsoft")
                        .node("Squeeze", {"g"}, {"y"}, {{"axes", Integers{2}}})
                        .output("y")
                        .build();
  const OnnxModel before = model;
  EXPECT_EQ(raise_opset(model, runtime()).places, 2);
  EXPECT_THAT(model.opsets, Contains(Pair("com.microsoft", 1)));
  const NamedTensors inputs{{"x", random_tensor(1, {1, 3, 1})}};
  expect_close(run(before, inputs), run(model, inputs), 0);
}

TEST_F(RaiseOpset, LeavesOldSets) {
  EXPECT_EQ(why_left(squeeze(6)), "sets below 7 are not raised");
  EXPECT_EQ(why_left(squeeze(0)), "sets below 7 are not raised");
}

TEST_F(RaiseOpset, NamesTheOpThatCannotBeRaised) {
  const auto with = [](std::int64_t opset, const std::string& type, const Attributes& attributes) {
    return ModelBuilder(opset).input("x", kShape).node(type, {"x"}, {"y"}, attributes, "culprit").output("y");
  };
  EXPECT_EQ(why_left(with(9, "Crop", {{"border", Integers{1, 0, 0, 0}}})),
            "node 'culprit' (Crop) is of no op that later sets have");
  // Experimental until set 9, with other attributes.
  EXPECT_THAT(why_left(with(8, "MeanVarianceNormalization", {})), HasSubstr("no op that later sets have"));
  EXPECT_THAT(why_left(with(10, "Upsample", {})), HasSubstr("no op that later sets have"));
  EXPECT_EQ(why_left(with(11, "Unsqueeze", {})), "node 'culprit' (Unsqueeze) has no attribute 'axes'");
  EXPECT_THAT(why_left(with(7, "Slice", {{"starts", Integers{1}}})), HasSubstr("'ends'"));
  EXPECT_THAT(why_left(with(7, "Pad", {{"pads", 1.0F}})), HasSubstr("'pads'"));
  EXPECT_THAT(why_left(with(7, "TopK", {})), HasSubstr("'k'"));
  EXPECT_THAT(why_left(with(7, "Upsample", {})), HasSubstr("'scales'"));
  EXPECT_THAT(why_left(with(9, "Upsample", {})), HasSubstr("no scales"));
  EXPECT_THAT(why_left(with(10, "Resize", {})), HasSubstr("no scales"));
  EXPECT_THAT(why_left(with(8, "BatchNormalization", {{"spatial", std::int64_t{0}}})), HasSubstr("lacks inputs"));
}

TEST_F(RaiseOpset, LeavesADropoutWhoseMaskIsRead) {
  EXPECT_THAT(why_left(ModelBuilder(10)
                           .input("x", kShape)
                           .node("Dropout", {"x"}, {"y", "m"})
                           .output("y")
                           .output("m", std::nullopt, DType::boolean)),
              HasSubstr("gives its mask"));
}

TEST_F(RaiseOpset, LeavesAResizeThatRoundsBothWays) {
  const auto resize = [](std::vector<float> scales) {
    return ModelBuilder(10)
        .input("x", kShape)
        .floats("s", std::move(scales), {4})
        .node("Resize", {"x", "s"}, {"y"})
        .output("y");
  };
  EXPECT_THAT(why_left(resize({1, 1, 2, 0.5F})), HasSubstr("grows along one axis"));
  EXPECT_EQ(why_opset_stays(resize({1, 1, 0.5F, 0.5F}).build()), "");
  EXPECT_THAT(
      why_left(ModelBuilder(10).input("x", kShape).input("s", {4}).node("Resize", {"x", "s"}, {"y"}).output("y")),
      HasSubstr("computes its scales"));
}

TEST_F(RaiseOpset, ReadsScalesBehindConstantNodes) {
  OnnxModel before = ModelBuilder(10)
                         .input("x", kShape)
                         .node("Constant", {}, {"s"})
                         .node("Resize", {"x", "s"}, {"y"})
                         .output("y")
                         .build();
  before.graph.nodes[0].attributes.push_back(
      make_attribute(before, "value", Tensor::from<float>({1, 1, 0.6F, 0.6F}, {4})));
  OnnxModel after = before;
  EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
  EXPECT_EQ(only_node(after, "Resize").find_attribute("nearest_mode")->value, Attribute(std::string("ceil")));
  const NamedTensors inputs{{"x", random_tensor(1, kShape)}};
  expect_close(run(before, inputs), run(after, inputs), 0);
}

TEST_F(RaiseOpset, LeavesModelsWithFunctions) {
  OnnxModel with_function = squeeze(11).build();
  std::string rest(with_function.rest);
  protozero::pbf_writer(rest).add_message(25, std::string());
  with_function.rest = with_function.keep(std::move(rest));
  EXPECT_THAT(raise_opset(with_function, runtime()).left_because, HasSubstr("functions"));
}

TEST_F(RaiseOpset, RefusesAModelThatTheRuntimeCannotOpen) {
  OnnxModel model = ModelBuilder(9)
                        .input("x", {2, 3})
                        .input("z", {4, 5})
                        .node("MatMul", {"x", "z"}, {"m"})
                        .node("Softmax", {"m"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_EQ(error_of([&] { raise_opset(model, runtime()); }).code(), ErrorCode::invalid_model);
}

TEST_F(RaiseOpset, IsTheReasonOfEachOpWhereItCannot) {
  const OnnxModel model = ModelBuilder(9)
                              .input("x", {1, 3, 4, 4})
                              .node("Crop", {"x"}, {"c"}, {{"border", Integers{1, 0, 0, 0}}}, "crop")
                              .node("Relu", {"c"}, {"y"}, {}, "relu")
                              .output("y")
                              .build();
  EXPECT_EQ(read_graph_view(model).ops()[1].not_quantizable,
            "the model uses operator set 9, and scales per channel need 13 or later; it stays there because node "
            "'crop' (Crop) is of no op that later sets have");
}

TEST_F(RaiseOpset, RaisesTheRealMnist) {
  const std::filesystem::path path = asset("mnist/mnist.onnx");
  if (path.empty()) GTEST_SKIP() << "SKIPPED: assets not found";
  const auto file = MappedFile::open(path);
  const OnnxModel before = read_model(file->text(), file);
  ASSERT_EQ(before.opset(), 8);
  OnnxModel after = before;
  EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
  EXPECT_EQ(after.opset(), 13);
  EXPECT_EQ(ir_version(after), 7);
  const NamedTensors inputs{{"Input3", random_tensor(1, {1, 1, 28, 28}, 0, 255)}};
  expect_close(run(before, inputs), run(read_bytes(write_model(after)), inputs), 0);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

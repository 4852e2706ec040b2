#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAreArray;
using Integers = std::vector<std::int64_t>;
using Types = std::vector<std::string>;

/// A model of an old operator set, and what it becomes.
struct Raised {
  std::string what;
  ModelBuilder old_model;
  Types types;
  double tolerance = 0;
  NamedTensors inputs{{"x", random_tensor(1, {2, 3, 4, 5}, -2, 2)}};
};

void PrintTo(const Raised& raised, std::ostream* out) { *out << raised.what; }

const Shape kShape{2, 3, 4, 5};

/// One op from x to y.
ModelBuilder one(std::int64_t opset, const std::string& type, const Attributes& attributes,
                 const std::vector<std::string>& more_inputs = {}, const Shape& shape = kShape) {
  std::vector<std::string> inputs{"x"};
  inputs.insert(inputs.end(), more_inputs.begin(), more_inputs.end());
  return ModelBuilder(opset).input("x", shape).node(type, inputs, {"y"}, attributes, "op").output("y");
}

NamedTensors x_of(const Shape& shape) { return {{"x", random_tensor(2, shape, -2, 2)}}; }

std::vector<Raised> bounds_and_borders() {
  const Integers borders{0, 0, 1, 2, 0, 0, 2, 1};
  const auto pad = [&](const std::string& mode, float value = 0) {
    return Attributes{{"pads", borders}, {"mode", mode}, {"value", value}};
  };
  return {
      {"Clip 7, both", one(7, "Clip", {{"min", -0.5F}, {"max", 1.0F}}), {"Clip"}},
      {"Clip 10, low", one(10, "Clip", {{"min", 0.0F}}), {"Clip"}},
      {"Clip 8, high", one(8, "Clip", {{"max", 0.25F}}), {"Clip"}},
      {"Clip 9, none", one(9, "Clip", {}), {"Clip"}},
      {"Clip 12", one(12, "Clip", {}, {"low"}).floats("low", {0.5F}, {}), {"Clip"}},
      {"Pad 7, zero", one(7, "Pad", pad("constant")), {"Pad"}},
      {"Pad 7, value", one(7, "Pad", pad("constant", 0.5F)), {"Pad"}},
      {"Pad 10, reflect", one(10, "Pad", pad("reflect")), {"Pad"}},
      {"Pad 10, edge", one(10, "Pad", pad("edge")), {"Pad"}},
      {"Pad 9, crop", one(9, "Pad", {{"pads", Integers{0, 0, -1, 0, 0, -1, 0, -2}}}), {"Pad"}},
  };
}

std::vector<Raised> slices() {
  const Attributes ends{{"starts", Integers{1, -3}}, {"ends", Integers{1000, -1}}};
  Attributes axes = ends;
  axes.emplace_back("axes", Integers{2, 3});
  return {
      {"Slice 7, axes", one(7, "Slice", axes), {"Slice"}},
      {"Slice 9, no axes", one(9, "Slice", ends), {"Slice"}},
      {"Slice 9, nothing", one(9, "Slice", {{"starts", Integers{}}, {"ends", Integers{}}}), {"Slice"}},
      {"Slice 10", one(10, "Slice", {}, {"from", "to"}).integers("from", {1}).integers("to", {2}), {"Slice"}},
      {"Split 7, sizes", one(7, "Split", {{"split", Integers{3}}, {"axis", std::int64_t{1}}}), {"Split"}},
      {"Split 11, equal",
       ModelBuilder(11).input("x", kShape).node("Split", {"x"}, {"y", "z"}).output("y").output("z"),
       {"Split"}},
      {"Split 12, sizes",
       ModelBuilder(12)
           .input("x", kShape)
           .node("Split", {"x"}, {"y", "z"}, {{"split", Integers{1, 4}}, {"axis", std::int64_t{-1}}})
           .output("y")
           .output("z"),
       {"Split"}},
  };
}

std::vector<Raised> axes() {
  const auto keep = [](std::int64_t keepdims) { return std::pair<std::string, Attribute>{"keepdims", keepdims}; };
  return {
      {"Squeeze 7, axes",
       one(7, "Squeeze", {{"axes", Integers{0, 2}}}, {}, {1, 3, 1, 1}),
       {"Squeeze"},
       0,
       x_of({1, 3, 1, 1})},
      {"Squeeze 11, none", one(11, "Squeeze", {}, {}, {1, 3, 1, 1}), {"Squeeze"}, 0, x_of({1, 3, 1, 1})},
      {"Squeeze 12, last",
       one(12, "Squeeze", {{"axes", Integers{-1}}}, {}, {1, 3, 1}),
       {"Squeeze"},
       0,
       x_of({1, 3, 1})},
      {"Squeeze 12, empty", one(12, "Squeeze", {{"axes", Integers{}}}, {}, {1, 3, 1}), {"Squeeze"}, 0, x_of({1, 3, 1})},
      {"Unsqueeze 7", one(7, "Unsqueeze", {{"axes", Integers{0, 4}}}), {"Unsqueeze"}},
      {"Unsqueeze 12, last", one(12, "Unsqueeze", {{"axes", Integers{-1}}}), {"Unsqueeze"}},
      {"ReduceSum 7, axes", one(7, "ReduceSum", {{"axes", Integers{1, 3}}}), {"ReduceSum"}},
      {"ReduceSum 11, flat", one(11, "ReduceSum", {{"axes", Integers{-2}}, keep(0)}), {"ReduceSum"}},
      {"ReduceSum 12, all", one(12, "ReduceSum", {keep(0)}), {"ReduceSum"}},
      {"ReduceSum 9, empty", one(9, "ReduceSum", {{"axes", Integers{}}, keep(1)}), {"ReduceSum"}},
      {"ReduceMean 11", one(11, "ReduceMean", {{"axes", Integers{1, 3}}}), {"ReduceMean"}},
  };
}

std::vector<Raised> selections() {
  const auto top = [](std::int64_t opset, const Attributes& attributes) {
    return ModelBuilder(opset)
        .input("x", kShape)
        .node("TopK", {"x"}, {"y", "i"}, attributes)
        .output("y")
        .output("i", std::nullopt, DType::s64);
  };
  const auto scatter = [](std::int64_t opset, const std::string& type, const Attributes& attributes) {
    return ModelBuilder(opset)
        .input("x", {3, 3})
        .initializer("at", Tensor::from<std::int64_t>({1, 0, 2, 0, 2, 1}, {2, 3}))
        .floats("new", {1, 2, 3, 4, 5, 6}, {2, 3})
        .node(type, {"x", "at", "new"}, {"y"}, attributes)
        .output("y");
  };
  return {
      {"TopK 7", top(7, {{"k", std::int64_t{2}}}), {"TopK"}},
      {"TopK 9, axis", top(9, {{"k", std::int64_t{3}}, {"axis", std::int64_t{1}}}), {"TopK"}},
      {"TopK 11, smallest",
       ModelBuilder(11)
           .input("x", kShape)
           .integers("k", {2})
           .node("TopK", {"x", "k"}, {"y", "i"}, {{"largest", std::int64_t{0}}})
           .output("y"),
       {"TopK"}},
      {"Scatter 9", scatter(9, "Scatter", {}), {"ScatterElements"}, 0, x_of({3, 3})},
      {"Scatter 10, axis", scatter(10, "Scatter", {{"axis", std::int64_t{1}}}), {"ScatterElements"}, 0, x_of({3, 3})},
      {"ScatterElements 11", scatter(11, "ScatterElements", {}), {"ScatterElements"}, 0, x_of({3, 3})},
      {"Dropout 7", one(7, "Dropout", {{"ratio", 0.3F}}), {"Dropout"}},
      {"Dropout 11, mask unread",
       ModelBuilder(11).input("x", kShape).node("Dropout", {"x"}, {"y", "m"}, {{"ratio", 0.3F}}).output("y"),
       {"Dropout"}},
      {"Dropout 12", one(12, "Dropout", {}, {"ratio"}).floats("ratio", {0.5F}, {}), {"Dropout"}},
  };
}

std::vector<Raised> softmaxes() {
  const Types plain{"Softmax"}, flat{"Flatten", "Shape", "Softmax", "Reshape"};
  const auto over = [](std::int64_t axis) { return Attributes{{"axis", axis}}; };
  std::vector<Raised> cases{
      {"Softmax 7, matrix", one(7, "Softmax", {}, {}, {3, 7}), plain, 1e-6, x_of({3, 7})},
      {"Softmax 9, last of four", one(9, "Softmax", over(3)), plain, 1e-6},
      {"Softmax 11, -1", one(11, "Softmax", over(-1)), plain, 1e-6},
      {"Softmax 12, -2", one(12, "Softmax", over(-2)), flat, 1e-6},
      {"Softmax 7, default of four", one(7, "Softmax", {}), flat, 1e-6},
      {"Softmax 8, all", one(8, "Softmax", over(0)), flat, 1e-6},
      {"Softmax 10, ones behind", one(10, "Softmax", {}, {}, {2, 9, 1, 1}), plain, 1e-6, x_of({2, 9, 1, 1})},
      {"Softmax 10, ones before", one(10, "Softmax", {}, {}, {2, 1, 1, 9}), plain, 1e-6, x_of({2, 1, 1, 9})},
      {"Softmax 10, ones alone", one(10, "Softmax", {}, {}, {2, 1, 1}), plain, 1e-6, x_of({2, 1, 1})},
      {"Softmax 10, open batch", one(10, "Softmax", {}, {}, {-1, 7}), plain, 1e-6, x_of({3, 7})},
      {"Softmax 10, open extent", one(10, "Softmax", {}, {}, {2, 7, -1}), flat, 1e-6, x_of({2, 7, 3})},
      {"Softmax 9, type by the runtime",
       ModelBuilder(9)
           .input("x", kShape)
           .node("Transpose", {"x"}, {"t"}, {{"perm", Integers{2, 3, 0, 1}}})
           .node("Softmax", {"t"}, {"y"}, over(3))
           .output("y"),
       {"Transpose", "Softmax"},
       1e-6},
  };
  for (const std::string type : {"LogSoftmax", "Hardmax"}) {
    cases.push_back({type + " 7", one(7, type, {}), {"Flatten", "Shape", type, "Reshape"}, 1e-6});
    cases.push_back({type + " 12", one(12, type, over(3)), {type}, 1e-6});
  }
  return cases;
}

std::vector<Raised> normalisations() {
  const auto norm = [](std::int64_t opset, const Attributes& attributes, const Shape& shape) {
    ModelBuilder builder = one(opset, "BatchNormalization", attributes, {"scale", "bias", "mean", "variance"});
    std::uint64_t seed = 5;
    for (const char* name : {"scale", "bias", "mean", "variance"}) {
      builder.initializer(name, random_tensor(++seed, shape, 0.5F, 2));
    }
    return builder;
  };
  return {
      {"BatchNormalization 7", norm(7, {}, {3}), {"BatchNormalization"}},
      {"BatchNormalization 8, spatial",
       norm(8, {{"spatial", std::int64_t{1}}, {"epsilon", 0.1F}}, {3}),
       {"BatchNormalization"}},
      {"BatchNormalization 8, not spatial",
       norm(8, {{"spatial", std::int64_t{0}}, {"epsilon", 0.1F}}, {3, 4, 5}),
       {"Sub", "Add", "Sqrt", "Div", "Mul", "Add"},
       1e-6},
      {"BatchNormalization 9", norm(9, {}, {3}), {"BatchNormalization"}},
  };
}

std::vector<Raised> resizes() {
  const auto mode = [](const std::string& name) { return std::pair<std::string, Attribute>{"mode", name}; };
  const auto scales = [](std::vector<float> values) {
    return std::pair<std::string, Attribute>{"scales", std::move(values)};
  };
  const auto resize = [&](std::int64_t opset, const std::string& type, const std::string& how, std::vector<float> by) {
    return one(opset, type, {mode(how)}, {"by"}).floats("by", std::move(by), {4});
  };
  // (height, width) as 3/2 and 2 of the data's own, by ops.
  const auto computed = [&](std::int64_t opset, const std::string& type, const std::string& how) {
    return ModelBuilder(opset)
        .input("x", kShape)
        .input("by", {4})
        .node("Identity", {"by"}, {"scales"})
        .node(type, {"x", "scales"}, {"y"}, {mode(how)})
        .output("y");
  };
  const NamedTensors with_scales{{"x", random_tensor(1, kShape)}, {"by", Tensor::from<float>({1, 1, 1.5F, 2}, {4})}};
  const auto sized = [&](bool by_ops) {
    ModelBuilder builder(11);
    builder.input("x", kShape).floats("roi", {}, {0}).floats("none", {}, {0}).integers("sizes", {2, 3, 6, 9});
    if (by_ops) builder.input("zero", {1}, DType::s64).node("Add", {"sizes", "zero"}, {"sum"});
    return builder.node("Resize", {"x", "roi", "none", by_ops ? "sum" : "sizes"}, {"y"}).output("y");
  };
  const NamedTensors with_zero{{"x", random_tensor(1, kShape)}, {"zero", Tensor::from<std::int64_t>({0}, {1})}};
  return {
      {"Resize 11, sizes", sized(false), {"Resize"}},
      {"Resize 11, computed sizes", sized(true), {"Add", "Resize"}, 0, with_zero},
      {"Upsample 7, nearest", one(7, "Upsample", {scales({1, 1, 2, 3})}), {"Resize"}},
      {"Upsample 8, uneven", one(8, "Upsample", {mode("nearest"), scales({1, 1, 1.5F, 2.3F})}), {"Resize"}},
      {"Upsample 7, linear", one(7, "Upsample", {mode("linear"), scales({1, 1, 2.5F, 3})}), {"Resize"}, 1e-6},
      {"Upsample 9, nearest", resize(9, "Upsample", "nearest", {1, 1, 1.7F, 2}), {"Resize"}},
      {"Upsample 9, linear", resize(9, "Upsample", "linear", {1, 1, 1.7F, 2}), {"Resize"}, 1e-6},
      {"Upsample 9, computed", computed(9, "Upsample", "nearest"), {"Identity", "Resize"}, 0, with_scales},
      {"Resize 10, growing", resize(10, "Resize", "nearest", {1, 1, 1.7F, 2}), {"Resize"}},
      {"Resize 10, shrinking", resize(10, "Resize", "nearest", {1, 1, 0.6F, 0.45F}), {"Resize"}},
      {"Resize 10, linear", resize(10, "Resize", "linear", {1, 1, 1.7F, 0.6F}), {"Resize"}, 1e-6},
      {"Resize 10, linear, computed", computed(10, "Resize", "linear"), {"Identity", "Resize"}, 1e-6, with_scales},
      {"Resize 11",
       one(11, "Resize", {mode("nearest")}, {"roi", "by"}).floats("roi", {}, {0}).floats("by", {1, 1, 2, 2}, {4}),
       {"Resize"}},
  };
}

// Ops whose definition names changes that the runtime never made, or that ours to make would be wrong.
std::vector<Raised> unchanged_ops() {
  const auto convolution = [](const std::string& padding, const Attributes& more) {
    Attributes attributes{{"auto_pad", padding}, {"strides", Integers{2, 2}}};
    attributes.insert(attributes.end(), more.begin(), more.end());
    return one(7, "ConvTranspose", attributes, {"w"}).initializer("w", random_tensor(3, {3, 2, 3, 3}));
  };
  const Attributes shape{{"output_shape", Integers{9, 12}}};
  return {
      {"ConvTranspose 7, upper", convolution("SAME_UPPER", {}), {"ConvTranspose"}, 1e-6},
      {"ConvTranspose 7, upper, shape", convolution("SAME_UPPER", shape), {"ConvTranspose"}, 1e-6},
      {"ConvTranspose 7, lower, shape", convolution("SAME_LOWER", shape), {"ConvTranspose"}, 1e-6},
      {"OneHot 9, negative",
       ModelBuilder(9)
           .input("i", {5}, DType::s64)
           .initializer("depth", Tensor::from<std::int64_t>({3}, {}))
           .floats("values", {0, 1}, {2})
           .node("OneHot", {"i", "depth", "values"}, {"y"})
           .output("y"),
       {"OneHot"},
       0,
       {{"i", Tensor::from<std::int64_t>({-1, 0, 2, 5, -5}, {5})}}},
      {"ThresholdedRelu 7", one(7, "ThresholdedRelu", {{"alpha", 0.5F}}), {"ThresholdedRelu"}},
      {"MeanVarianceNormalization 9", one(9, "MeanVarianceNormalization", {}), {"MeanVarianceNormalization"}, 1e-6},
      {"MaxPool 8",
       ModelBuilder(8)
           .input("x", kShape)
           .node("MaxPool", {"x"}, {"y", "i"}, {{"kernel_shape", Integers{2, 2}}, {"storage_order", std::int64_t{1}}})
           .output("y")
           .output("i", std::nullopt, DType::s64),
       {"MaxPool"}},
      {"AveragePool 7",
       one(7, "AveragePool", {{"kernel_shape", Integers{3, 3}}, {"auto_pad", std::string("SAME_LOWER")}}),
       {"AveragePool"},
       1e-6},
      {"LpPool 7", one(7, "LpPool", {{"kernel_shape", Integers{2, 2}}}), {"LpPool"}, 1e-6},
      {"Flatten 7", one(7, "Flatten", {{"axis", std::int64_t{2}}}), {"Flatten"}},
      {"DepthToSpace 9",
       one(9, "DepthToSpace", {{"blocksize", std::int64_t{2}}}, {}, {1, 8, 2, 3}),
       {"DepthToSpace"},
       0,
       x_of({1, 8, 2, 3})},
      {"Cast 7", one(7, "Cast", {{"to", std::int64_t{1}}}), {"Cast"}},
      {"QuantizeLinear 10",
       ModelBuilder(10)
           .input("x", kShape)
           .floats("s", {0.02F}, {})
           .initializer("z", Tensor::from<std::uint8_t>({128}, {}))
           .node("QuantizeLinear", {"x", "s", "z"}, {"q"})
           .node("DequantizeLinear", {"q", "s", "z"}, {"y"})
           .output("y"),
       {"QuantizeLinear", "DequantizeLinear"}},
      {"Pow 7", one(7, "Pow", {}, {"e"}).floats("e", {2}, {1}), {"Pow"}, 1e-6},
      {"ArgMax 7",
       ModelBuilder(7)
           .input("x", kShape)
           .node("ArgMax", {"x"}, {"y"}, {{"axis", std::int64_t{1}}})
           .output("y", std::nullopt, DType::s64),
       {"ArgMax"}},
  };
}

std::vector<Raised> all_cases() {
  std::vector<Raised> all;
  for (auto* group :
       {bounds_and_borders, slices, axes, selections, softmaxes, normalisations, resizes, unchanged_ops}) {
    for (Raised& raised : group()) all.push_back(std::move(raised));
  }
  return all;
}

class RaiseOpsetSteps : public RuntimeTest, public ::testing::WithParamInterface<Raised> {};

TEST_P(RaiseOpsetSteps, KeepWhatTheOpGives) {
  const OnnxModel before = GetParam().old_model.build();
  OnnxModel after = before;
  EXPECT_EQ(raise_opset(after, runtime()).left_because, "");
  EXPECT_EQ(after.opset(), 13);
  EXPECT_THAT(op_types(after), ElementsAreArray(GetParam().types));
  const OnnxModel written = read_bytes(write_model(after));
  expect_close(run(before, GetParam().inputs), run(written, GetParam().inputs), GetParam().tolerance);
}

std::string test_name(const ::testing::TestParamInfo<Raised>& info) {
  std::string name;
  for (const char character : info.param.what) {
    if (std::isalnum(static_cast<unsigned char>(character)) != 0) name.push_back(character);
    if (character == '-') name += "Minus";
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Op, RaiseOpsetSteps, ::testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace halftone::onnxruntime::testing

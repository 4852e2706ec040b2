#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

using Integers = std::vector<std::int64_t>;

/// A constant input after the first; without values it is left out.
struct Parameter {
  std::variant<std::monostate, Integers, std::vector<float>> values;
  std::optional<Shape> shape;
};

std::string add_parameter(ModelBuilder& model, const Parameter& parameter, std::size_t index) {
  const std::string name = "parameter_" + std::to_string(index);
  if (const auto* integers = std::get_if<Integers>(&parameter.values)) {
    const Shape shape = parameter.shape.value_or(Shape{static_cast<std::int64_t>(integers->size())});
    model.initializer(name, Tensor::from<std::int64_t>(*integers, shape));
    return name;
  }
  if (const auto* floats = std::get_if<std::vector<float>>(&parameter.values)) {
    model.floats(name, *floats, parameter.shape.value_or(Shape{static_cast<std::int64_t>(floats->size())}));
    return name;
  }
  return {};
}

/// What the result of a move is, and so what reads it.
struct ImageOf {
  std::int64_t channels;
};
struct RowsOf {
  std::int64_t width;
};

/// A move of the 1x8x8x8 result of a convolution.
OpForm move(const std::string& variant, const std::string& type, const std::vector<Parameter>& parameters,
            std::variant<ImageOf, RowsOf> result, const Attributes& attributes = {}, std::int64_t opset = 17) {
  return {variant, [=] {
            OpChain chain({1, 4, 8, 8}, opset);
            chain.convolve_input("p", 8);
            std::vector<std::string> inputs{"p"};
            for (const Parameter& parameter : parameters) {
              inputs.push_back(add_parameter(chain.model(), parameter, inputs.size()));
            }
            chain.op(type, inputs, {"q"}, attributes);
            if (const auto* image = std::get_if<ImageOf>(&result))
              return chain.convolve_result("q", image->channels, 2);
            return chain.multiply_result("q", std::get<RowsOf>(result).width);
          }};
}

enum class Second { read, output, unread };

OpChain split(Second second) {
  OpChain chain({1, 4, 8, 8});
  chain.convolve_input("p", 8);
  chain.model().integers("parts", {3, 5});
  chain.op("Split", {"p", "parts"}, {"q", "r"}, {{"axis", std::int64_t{1}}}).convolve_result("q", 3, 2);
  if (second == Second::read) return chain.convolve_result("r", 5, 2);
  if (second == Second::output) chain.model().output("r");
  return chain;
}

OpChain pad_with_computed_value() {
  OpChain chain({1, 4, 8, 8});
  chain.model().node("ReduceMean", {"x"}, {"value"}, {{"keepdims", std::int64_t{0}}});
  chain.model().integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  return chain.convolve_input("p", 8).op("Pad", {"p", "pads", "value"}, {"q"}).convolve_result("q", 8, 2);
}

OpChain max_pool_with_indices() {
  OpChain chain({1, 4, 8, 8});
  chain.convolve_input("p", 8).op("MaxPool", {"p"}, {"q", "indices"}, {{"kernel_shape", Integers{2, 2}}});
  chain.model().output("indices", std::nullopt, DType::s64);
  return chain.convolve_result("q", 8, 2);
}

const Parameter kAbsent{};
Parameter of(Integers values) { return {std::move(values), std::nullopt}; }
Parameter of(std::vector<float> values) { return {std::move(values), std::nullopt}; }
Attributes mode(const std::string& name) { return {{"mode", name}}; }
Attributes axes(Integers values, std::int64_t keepdims) {
  return {{"axes", std::move(values)}, {"keepdims", keepdims}};
}

std::vector<OpForm> reductions(const std::string& type) {
  return {move("spatial", type, {}, ImageOf{8}, axes({2, 3}, 1)),
          move("rank falls", type, {}, RowsOf{8}, axes({2, 3}, 0)),
          move("channels", type, {}, ImageOf{1}, axes({1}, 1)),
          move("axes as input", type, {of(Integers{2, 3})}, ImageOf{8}, {}, 18)};
}

Integers repeated(Integers values, std::size_t times) {
  Integers all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), values.begin(), values.end());
  return all;
}

}  // namespace

OpForms moving_forms() {
  const Attributes channels{{"axis", std::int64_t{1}}};
  return {
      {"Reshape",
       {move("to rows", "Reshape", {of(Integers{1, 8, 64})}, RowsOf{64}),
        move("to an image", "Reshape", {of(Integers{1, 16, 4, 8})}, ImageOf{16})}},
      {"Flatten",
       {move("", "Flatten", {}, RowsOf{512}), move("axis 2", "Flatten", {}, RowsOf{64}, {{"axis", std::int64_t{2}}})}},
      {"Transpose",
       {move("channels last", "Transpose", {}, RowsOf{8}, {{"perm", Integers{0, 2, 3, 1}}}),
        move("spatial", "Transpose", {}, ImageOf{8}, {{"perm", Integers{0, 1, 3, 2}}})}},
      {"Squeeze", {move("", "Squeeze", {of(Integers{0})}, RowsOf{8})}},
      {"Unsqueeze", {move("", "Unsqueeze", {of(Integers{0})}, RowsOf{8})}},
      {"Slice",
       {move("rows", "Slice", {of(Integers{1}), of(Integers{7}), of(Integers{2})}, ImageOf{8}),
        move("steps", "Slice", {of(Integers{0, 7}), of(Integers{8, -9}), of(Integers{2, 3}), of(Integers{2, -1})},
             ImageOf{8})}},
      {"Expand", {move("", "Expand", {of(Integers{3, 8, 8, 8})}, ImageOf{8})}},
      {"Tile", {move("", "Tile", {of(Integers{1, 2, 1, 3})}, ImageOf{16})}},
      {"Gather",
       {move("channels", "Gather", {of(Integers{5, 0, 2})}, ImageOf{3}, channels),
        move("scalar index", "Gather", {{Integers{3}, Shape{}}}, RowsOf{8}, channels)}},
      {"GatherElements",
       {move("", "GatherElements", {{repeated({3, 1, 0, 7}, 128), Shape{1, 8, 8, 8}}}, ImageOf{8},
             {{"axis", std::int64_t{2}}})}},
      {"GatherND", {move("", "GatherND", {{Integers{0, 5, 0, 2}, Shape{2, 2}}}, RowsOf{8})}},
      {"Split",
       {{"both read", [] { return split(Second::read); }},
        {"one is an output", [] { return split(Second::output); }},
        {"one unread", [] { return split(Second::unread); }}}},
      {"ReduceMax", reductions("ReduceMax")},
      {"ReduceMin", reductions("ReduceMin")},
      {"DepthToSpace",
       {move("DCR", "DepthToSpace", {}, ImageOf{2}, {{"blocksize", std::int64_t{2}}}),
        move("CRD", "DepthToSpace", {}, ImageOf{2}, {{"blocksize", std::int64_t{2}}, {"mode", std::string("CRD")}})}},
      {"SpaceToDepth", {move("", "SpaceToDepth", {}, ImageOf{32}, {{"blocksize", std::int64_t{2}}})}},
      {"MaxPool", {{"with indices", max_pool_with_indices}}},
  };
}

OpForms padding_and_resizing_forms() {
  const Parameter borders = of(Integers{0, 0, 1, 2, 0, 0, 2, 1});
  const Parameter twice = of(std::vector<float>{1, 1, 2, 2});
  const auto nearest = [](const std::string& coordinates) {
    return Attributes{{"mode", std::string("nearest")}, {"coordinate_transformation_mode", coordinates}};
  };
  Attributes crop = nearest("tf_crop_and_resize");
  crop.emplace_back("extrapolation_value", 0.75F);
  return {
      {"Pad",
       {move("constant 0", "Pad", {borders}, ImageOf{8}),
        move("constant 0.5", "Pad", {borders, {std::vector<float>{0.5F}, Shape{}}}, ImageOf{8}),
        move("constant -1", "Pad", {borders, {std::vector<float>{-1}, Shape{}}}, ImageOf{8}),
        move("constant beyond range", "Pad", {borders, {std::vector<float>{9}, Shape{}}}, ImageOf{8}),
        move("channels", "Pad", {of(Integers{0, 2, 0, 0, 0, 2, 0, 0})}, ImageOf{12}),
        move("reflect", "Pad", {borders}, ImageOf{8}, mode("reflect")),
        move("edge", "Pad", {borders}, ImageOf{8}, mode("edge")),
        move("wrap", "Pad", {borders}, ImageOf{8}, mode("wrap"), 19),
        move("crop", "Pad", {of(Integers{0, 0, -1, -1, 0, 0, -1, -1})}, ImageOf{8}),
        {"computed value", pad_with_computed_value}}},
      {"Resize",
       {move("nearest", "Resize", {kAbsent, twice}, ImageOf{8}, mode("nearest")),
        move("nearest, sizes", "Resize", {kAbsent, kAbsent, of(Integers{1, 8, 12, 5})}, ImageOf{8}, mode("nearest")),
        move("nearest, asymmetric", "Resize", {kAbsent, twice}, ImageOf{8}, nearest("asymmetric")),
        move("nearest, align", "Resize", {kAbsent, twice}, ImageOf{8}, nearest("align_corners")),
        move("nearest, torch", "Resize", {kAbsent, twice}, ImageOf{8}, nearest("pytorch_half_pixel")),
        move("nearest, symmetric", "Resize", {kAbsent, twice}, ImageOf{8}, nearest("half_pixel_symmetric"), 19),
        move("nearest, smaller", "Resize", {kAbsent, of(std::vector<float>{1, 1, 0.5F, 0.75F})}, ImageOf{8},
             nearest("half_pixel")),
        move("nearest, crop", "Resize",
             {of(std::vector<float>{0, 0, -0.5F, -0.5F, 1, 1, 1.5F, 1.5F}), kAbsent, of(Integers{1, 8, 12, 12})},
             ImageOf{8}, crop),
        move("linear", "Resize", {kAbsent, twice}, ImageOf{8}, mode("linear"))}},
  };
}

}  // namespace halftone::onnxruntime::testing

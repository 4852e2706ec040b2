#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

using Integers = std::vector<std::int64_t>;
const Shape kImage{1, 4, 8, 8};

OpForm unary(const std::string& variant, const std::string& type, const Attributes& attributes = {},
             const Shape& input = kImage, std::int64_t opset = 17) {
  return {variant, [=] {
            OpChain chain(input, opset);
            return chain.convolve_input("p", 8)
                .op(type, {"p"}, {"q"}, attributes)
                .convolve_result("q", 8, input.size() - 2);
          }};
}

OpForm binary(const std::string& type) {
  return {"two results", [=] {
            OpChain chain(kImage);
            return chain.convolve_input("p", 8)
                .convolve_input("r", 8)
                .op(type, {"p", "r"}, {"q"})
                .convolve_result("q", 8, 2);
          }};
}

OpForm with_constant(const std::string& type, const std::string& variant, const Shape& shape, bool first = false) {
  return {variant, [=] {
            OpChain chain(kImage);
            chain.convolve_input("p", 8).constant("c", shape);
            const std::vector<std::string> inputs =
                first ? std::vector<std::string>{"c", "p"} : std::vector<std::string>{"p", "c"};
            return chain.op(type, inputs, {"q"}).convolve_result("q", 8, 2);
          }};
}

OpForm broadcast(const std::string& type) {
  return {"broadcast", [=] {
            OpChain chain(kImage);
            chain.convolve_input("p", 8).convolve_input("r", 8);
            chain.model().node("GlobalAveragePool", {"r"}, {"pooled"});
            return chain.op(type, {"p", "pooled"}, {"q"}).convolve_result("q", 8, 2);
          }};
}

OpChain itself_twice(const std::string& type) {
  OpChain chain(kImage);
  return chain.convolve_input("p", 8).op(type, {"p", "p"}, {"q"}).convolve_result("q", 8, 2);
}

OpChain gate() {
  OpChain chain(kImage);
  chain.convolve_input("p", 8);
  chain.model().node("Sigmoid", {"p"}, {"gate"});
  return chain.op("Mul", {"p", "gate"}, {"q"}).convolve_result("q", 8, 2);
}

OpChain divided_by_constant() {
  OpChain chain(kImage);
  chain.convolve_input("p", 8);
  chain.model().floats("c", {1.7F}, {});
  return chain.op("Div", {"p", "c"}, {"q"}).convolve_result("q", 8, 2);
}

OpChain concat(std::int64_t axis, std::int64_t channels) {
  OpChain chain(kImage);
  chain.convolve_input("p", 8).convolve_input("r", 8);
  return chain.op("Concat", {"p", "r"}, {"q"}, {{"axis", axis}}).convolve_result("q", channels, 2);
}

OpChain concat_with_constant() {
  OpChain chain(kImage);
  chain.convolve_input("p", 8).constant("c", {1, 2, 8, 8});
  return chain.op("Concat", {"p", "c"}, {"q"}, {{"axis", std::int64_t{1}}}).convolve_result("q", 10, 2);
}

// Offsets that differ by far more than rounding, in another order at each position, decide which channel wins.
OpChain index_of_extreme(const std::string& type, std::int64_t keepdims) {
  OpChain chain(kImage);
  std::vector<float> offsets;
  for (std::size_t channel = 0; channel < 8; ++channel) {
    for (std::size_t position = 0; position < 64; ++position) {
      offsets.push_back(4 * static_cast<float>((channel * 3 + position) % 8));
    }
  }
  chain.convolve_input("p", 8).model().floats("offsets", std::move(offsets), {1, 8, 8, 8});
  chain.model().node("Add", {"p", "offsets"}, {"r"});
  chain.op(type, {"r"}, {"q"}, {{"axis", std::int64_t{1}}, {"keepdims", keepdims}});
  chain.model().output("q", std::nullopt, DType::s64);
  return chain;
}

std::vector<OpForm> indices(const std::string& type) {
  return {{"channels", [=] { return index_of_extreme(type, 1); }},
          {"rank falls", [=] { return index_of_extreme(type, 0); }}};
}

OpChain where(bool with_constant) {
  OpChain chain(kImage);
  chain.model().input("condition", {1, 1, 8, 8}, DType::boolean);
  chain.convolve_input("p", 8);
  if (with_constant)
    chain.constant("r", {1});
  else
    chain.convolve_input("r", 8);
  return chain.op("Where", {"condition", "p", "r"}, {"q"}).convolve_result("q", 8, 2);
}

}  // namespace

OpForms several_inputs_forms() {
  return {
      {"Add",
       {binary("Add"),
        broadcast("Add"),
        with_constant("Add", "constant", {1, 8, 8, 8}),
        with_constant("Add", "constant first", {8, 8, 8}, true),
        with_constant("Add", "scalar", {}),
        {"itself twice", [] { return itself_twice("Add"); }}}},
      {"Mul",
       {binary("Mul"),
        broadcast("Mul"),
        with_constant("Mul", "constant", {8, 1, 1}),
        with_constant("Mul", "scalar", {}),
        {"gate", gate}}},
      {"Sub", {binary("Sub"), with_constant("Sub", "constant", {8, 1, 1})}},
      {"Div", {{"", divided_by_constant}}},
      {"Concat",
       {{"channels", [] { return concat(1, 16); }},
        {"rows", [] { return concat(2, 8); }},
        {"with a constant", concat_with_constant}}},
      {"ArgMax", indices("ArgMax")},
      {"ArgMin", indices("ArgMin")},
      {"Where", {{"two results", [] { return where(false); }}, {"constant", [] { return where(true); }}}},
  };
}

OpForms pooling_and_activation_forms() {
  const Attributes two{{"kernel_shape", Integers{2, 2}}, {"strides", Integers{2, 2}}};
  const auto padded = [](std::int64_t counted) {
    return Attributes{{"kernel_shape", Integers{3, 3}}, {"pads", Integers{1, 1, 1, 1}}, {"count_include_pad", counted}};
  };
  const Attributes ceiled{
      {"kernel_shape", Integers{3, 3}}, {"strides", Integers{2, 2}}, {"ceil_mode", std::int64_t{1}}};
  const Attributes spread{{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{2, 2}}};
  const Attributes ones{{"kernel_shape", Integers{2, 2}}, {"dilations", Integers{1, 1}}};
  const Attributes maximum{{"kernel_shape", Integers{3, 3}}, {"pads", Integers{1, 1, 1, 1}}};
  const auto kernel = [](std::size_t axes) { return Attributes{{"kernel_shape", Integers(axes, 2)}}; };
  return {
      {"AveragePool",
       {unary("2x2", "AveragePool", two), unary("padding not counted", "AveragePool", padded(0)),
        unary("padding counted", "AveragePool", padded(1)), unary("ceil_mode", "AveragePool", ceiled),
        unary("1-D", "AveragePool", kernel(1), {1, 4, 16}), unary("3-D", "AveragePool", kernel(3), {1, 4, 4, 6, 6}),
        unary("dilations of one", "AveragePool", ones, kImage, 19),
        unary("dilated", "AveragePool", spread, kImage, 19)}},
      {"GlobalAveragePool", {unary("", "GlobalAveragePool"), unary("1-D", "GlobalAveragePool", {}, {1, 4, 16})}},
      {"MaxPool",
       {unary("2x2", "MaxPool", two), unary("padded", "MaxPool", maximum), unary("ceil_mode", "MaxPool", ceiled),
        unary("dilated", "MaxPool", spread), unary("1-D", "MaxPool", kernel(1), {1, 4, 16}),
        unary("3-D", "MaxPool", kernel(3), {1, 4, 4, 6, 6})}},
      {"LeakyRelu", {unary("", "LeakyRelu"), unary("alpha", "LeakyRelu", {{"alpha", 0.3F}})}},
      {"Sigmoid", {unary("", "Sigmoid")}},
  };
}

}  // namespace halftone::onnxruntime::testing

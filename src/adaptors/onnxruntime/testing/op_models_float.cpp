#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

using Integers = std::vector<std::int64_t>;

/// Adds the constants that stand behind the data among an op's inputs, and gives their names.
using Constants = std::function<std::vector<std::string>(OpChain&)>;

std::vector<std::string> none(OpChain&) { return {}; }

OpForm between_convolutions(const std::string& type, const Attributes& attributes = {},
                            const Constants& constants = none, std::int64_t opset = 18) {
  return {"", [=] {
            OpChain chain({1, 4, 8, 8}, opset);
            chain.convolve_input("p", 8);
            std::vector<std::string> inputs{"p"};
            for (const std::string& constant : constants(chain)) inputs.push_back(constant);
            return chain.op(type, inputs, {"q"}, attributes).convolve_result("q", 8, 2);
          }};
}

Constants floats(const std::vector<float>& values) {
  return [=](OpChain& chain) {
    std::vector<std::string> names;
    for (const float value : values) {
      names.push_back("c" + std::to_string(names.size()));
      chain.model().floats(names.back(), {value}, {});
    }
    return names;
  };
}

Constants weights(const std::vector<Shape>& shapes) {
  return [=](OpChain& chain) {
    std::vector<std::string> names;
    for (const Shape& shape : shapes) {
      names.push_back("c" + std::to_string(names.size()));
      chain.constant(names.back(), shape);
    }
    return names;
  };
}

Constants integers(const std::vector<std::int64_t>& values) {
  return [=](OpChain& chain) {
    chain.model().integers("c0", values);
    return std::vector<std::string>{"c0"};
  };
}

// Behind a move, so that no kernel takes it along.
OpForm behind_a_move(const std::string& type, const Constants& constants = none) {
  return {"behind a move", [=] {
            OpChain chain({1, 4, 8, 8});
            chain.convolve_input("m", 8).model().node("MaxPool", {"m"}, {"p"}, {{"kernel_shape", Integers{2, 2}}});
            std::vector<std::string> inputs{"p"};
            for (const std::string& constant : constants(chain)) inputs.push_back(constant);
            return chain.op(type, inputs, {"q"}).convolve_result("q", 8, 2);
          }};
}

// Values that rounding does not carry over the jump of the function.
OpChain sign_of_clear_values() {
  OpChain chain({1, 4, 8, 8});
  std::vector<float> offsets;
  for (std::size_t i = 0; i < 8 * 8 * 8; ++i) offsets.push_back(i % 3 == 0 ? 5.0F : -5.0F);
  chain.convolve_input("p", 8).model().floats("offsets", std::move(offsets), {1, 8, 8, 8});
  chain.model().node("Add", {"p", "offsets"}, {"r"});
  return chain.op("Sign", {"r"}, {"q"}).convolve_result("q", 8, 2);
}

OpChain largest_values() {
  OpChain chain({1, 4, 8, 8});
  chain.convolve_input("p", 8).model().integers("k", {3});
  chain.op("TopK", {"p", "k"}, {"q", "where"}, {{"axis", std::int64_t{1}}}).convolve_result("q", 3, 2);
  return chain;
}

}  // namespace

OpForms float_forms() {
  // Softmax is not among them: it has a kernel, which the files leave out on purpose.
  return {{"Relu", {behind_a_move("Relu")}},
          {"Clip", {behind_a_move("Clip", floats({-0.5F, 0.5F}))}},
          {"Abs", {between_convolutions("Abs")}},
          {"Sign", {{"", sign_of_clear_values}}},
          {"Shrink", {between_convolutions("Shrink", {{"lambd", 0.1F}})}},
          {"Mod", {between_convolutions("Mod", {{"fmod", std::int64_t{1}}}, floats({100}))}},
          {"CenterCropPad", {between_convolutions("CenterCropPad", {}, integers({1, 8, 6, 10}))}},
          {"CumSum",
           {between_convolutions("CumSum", {},
                                 [](OpChain& chain) {
                                   chain.model().initializer("c0", Tensor::from<std::int64_t>({1}, {}));
                                   return std::vector<std::string>{"c0"};
                                 })}},
          {"TopK", {{"", largest_values}}},
          {"LayerNormalization", {between_convolutions("LayerNormalization", {}, weights({{8}, {8}}))}},
          {"InstanceNormalization", {between_convolutions("InstanceNormalization", {}, weights({{8}, {8}}))}},
          {"GlobalMaxPool", {between_convolutions("GlobalMaxPool")}},
          {"Tanh", {between_convolutions("Tanh")}},
          {"Erf", {between_convolutions("Erf")}},
          {"HardSwish", {between_convolutions("HardSwish")}}};
}

}  // namespace halftone::onnxruntime::testing

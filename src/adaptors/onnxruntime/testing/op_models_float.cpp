#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

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

OpChain largest_values() {
  OpChain chain({1, 4, 8, 8});
  chain.convolve_input("p", 8).model().integers("k", {3});
  chain.op("TopK", {"p", "k"}, {"q", "where"}, {{"axis", std::int64_t{1}}}).convolve_result("q", 3, 2);
  return chain;
}

}  // namespace

OpForms float_forms() {
  return {{"Relu", {between_convolutions("Relu")}},
          {"Clip", {between_convolutions("Clip", {}, floats({-0.5F, 0.5F}))}},
          {"Abs", {between_convolutions("Abs")}},
          {"Sign", {between_convolutions("Sign")}},
          {"Shrink", {between_convolutions("Shrink", {{"lambd", 0.1F}})}},
          {"Mod", {between_convolutions("Mod", {{"fmod", std::int64_t{1}}}, floats({0.7F}))}},
          {"CenterCropPad",
           {between_convolutions("CenterCropPad", {{"axes", std::vector<std::int64_t>{2, 3}}}, integers({6, 10}))}},
          {"Softmax", {between_convolutions("Softmax", {{"axis", std::int64_t{1}}})}},
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

#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

using Integers = std::vector<std::int64_t>;

OpChain convolution(const Shape& input, const Shape& kernel, std::int64_t channels, const Attributes& attributes,
                    bool with_bias = true) {
  OpChain chain(input);
  chain.convolve_input("p", 8).constant("weight", kernel).constant("bias", {kernel[0]});
  std::vector<std::string> inputs{"p", "weight"};
  if (with_bias) inputs.push_back("bias");
  return chain.op("Conv", inputs, {"q"}, attributes).convolve_result("q", channels, input.size() - 2);
}

OpChain transposed_convolution() {
  OpChain chain({1, 4, 8, 8});
  chain.convolve_input("p", 8).constant("weight", {8, 6, 2, 2}).constant("bias", {6});
  return chain.op("ConvTranspose", {"p", "weight", "bias"}, {"q"}, {{"strides", Integers{2, 2}}})
      .convolve_result("q", 6, 2);
}

OpChain gemm(const Shape& weight, const Attributes& attributes, const Shape& bias = {12}, bool last = false) {
  OpChain chain({4, 16});
  chain.multiply_input("p", 8).constant("weight", weight);
  std::vector<std::string> inputs{"p", "weight"};
  if (!bias.empty()) {
    chain.constant("bias", bias);
    inputs.push_back("bias");
  }
  chain.op("Gemm", inputs, {"q"}, attributes);
  if (!last) return chain.multiply_result("q", 12);
  chain.model().output("q");
  return chain;
}

OpChain gemm_of_two_activations() {
  OpChain chain({8, 8});
  chain.multiply_input("p", 8).multiply_input("r", 12);
  return chain.op("Gemm", {"p", "r"}, {"q"}).multiply_result("q", 12);
}

OpChain matmul(const Shape& input, const Shape& weight, bool last = false) {
  OpChain chain(input);
  chain.multiply_input("p", 8).constant("weight", weight).op("MatMul", {"p", "weight"}, {"q"});
  if (!last) return chain.multiply_result("q", weight.back());
  chain.model().output("q");
  return chain;
}

OpChain matmul_of_two_activations(bool last) {
  OpChain chain({2, 8, 8});
  chain.multiply_input("p", 8).multiply_input("r", 12).op("MatMul", {"p", "r"}, {"q"});
  if (!last) return chain.multiply_result("q", 12);
  chain.model().output("q");
  return chain;
}

OpChain matmul_with_constant_on_the_left() {
  OpChain chain({8, 8});
  chain.multiply_input("p", 8).constant("left", {6, 8});
  return chain.op("MatMul", {"left", "p"}, {"q"}).multiply_result("q", 8);
}

OpChain matmul_with_vector() {
  OpChain chain({32, 8});
  chain.multiply_input("p", 8).constant("weight", {8}).op("MatMul", {"p", "weight"}, {"q"});
  return chain.multiply_result("q", 32);
}

}  // namespace

OpForms product_forms() {
  const Shape image{1, 4, 8, 8};
  return {
      {"Conv",
       {{"3x3",
         [=] {
           return convolution(image, {6, 8, 3, 3}, 6, {});
         }},
        {"no bias",
         [=] {
           return convolution(image, {6, 8, 3, 3}, 6, {}, false);
         }},
        {"strided, padded",
         [=] {
           return convolution(image, {6, 8, 3, 3}, 6, {{"strides", Integers{2, 2}}, {"pads", Integers{1, 0, 1, 2}}});
         }},
        {"auto_pad",
         [=] {
           return convolution(image, {6, 8, 3, 3}, 6, {{"auto_pad", std::string("SAME_UPPER")}});
         }},
        {"dilated",
         [=] {
           return convolution(image, {6, 8, 3, 3}, 6, {{"dilations", Integers{2, 2}}});
         }},
        {"grouped",
         [=] {
           return convolution(image, {6, 4, 3, 3}, 6, {{"group", std::int64_t{2}}});
         }},
        {"depthwise",
         [=] {
           return convolution(image, {8, 1, 3, 3}, 8, {{"group", std::int64_t{8}}});
         }},
        {"1-D",
         [] {
           return convolution({1, 4, 16}, {6, 8, 3}, 6, {});
         }},
        {"3-D",
         [] {
           return convolution({1, 4, 4, 6, 6}, {6, 8, 3, 3, 3}, 6, {});
         }},
        {"batch of 3",
         [] {
           return convolution({3, 4, 8, 8}, {6, 8, 1, 1}, 6, {});
         }}}},
      {"ConvTranspose", {{"", [] { return transposed_convolution(); }}}},
      {"Gemm",
       {{"transB 0",
         [] {
           return gemm({8, 12}, {});
         }},
        {"transB 1",
         [] {
           return gemm({12, 8}, {{"transB", std::int64_t{1}}});
         }},
        {"no bias",
         [] {
           return gemm({8, 12}, {}, {});
         }},
        {"last",
         [] {
           return gemm({12, 8}, {{"transB", std::int64_t{1}}}, {12}, true);
         }},
        {"alpha",
         [] {
           return gemm({8, 12}, {{"alpha", 0.5F}});
         }},
        {"beta",
         [] {
           return gemm({8, 12}, {{"beta", 2.0F}});
         }},
        {"transA",
         [] {
           return gemm({4, 12}, {{"transA", std::int64_t{1}}});
         }},
        {"scalar bias",
         [] {
           return gemm({8, 12}, {}, {1});
         }},
        {"two activations", [] { return gemm_of_two_activations(); }}}},
      {"MatMul",
       {{"constant",
         [] {
           return matmul({4, 16}, {8, 12});
         }},
        {"constant, batch",
         [] {
           return matmul({2, 4, 16}, {8, 12});
         }},
        {"constant of rank 3",
         [] {
           return matmul({2, 4, 16}, {2, 8, 12});
         }},
        {"constant, last",
         [] {
           return matmul({2, 4, 16}, {8, 12}, true);
         }},
        {"constant vector", [] { return matmul_with_vector(); }},
        {"constant on the left", [] { return matmul_with_constant_on_the_left(); }},
        {"two activations", [] { return matmul_of_two_activations(false); }},
        {"two, last", [] { return matmul_of_two_activations(true); }}}},
  };
}

}  // namespace halftone::onnxruntime::testing

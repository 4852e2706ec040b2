#include "adaptors/onnxruntime/testing/op_chain.h"

#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {

OpChain::OpChain(Shape input, std::int64_t opset) : model_(opset), input_(std::move(input)) {
  model_.input("x", input_);
}

OpChain& OpChain::constant(const std::string& name, const Shape& shape) {
  model_.initializer(name, random_tensor(++seed_, shape, -0.5F, 0.5F));
  return *this;
}

std::string OpChain::weight(const Shape& shape) {
  const std::string name = "constant_" + std::to_string(seed_ + 1);
  constant(name, shape);
  return name;
}

OpChain& OpChain::convolve_input(const std::string& result, std::int64_t channels) {
  Shape kernel{channels, input_[1]};
  kernel.resize(input_.size(), 3);
  const std::size_t spatial_axes = input_.size() - 2;
  const std::string filter = weight(kernel), bias = weight({channels});
  model_.node("Conv", {"x", filter, bias}, {result},
              {{"kernel_shape", std::vector<std::int64_t>(spatial_axes, 3)},
               {"pads", std::vector<std::int64_t>(2 * spatial_axes, 1)}});
  return *this;
}

OpChain& OpChain::multiply_input(const std::string& result, std::int64_t width) {
  model_.node("MatMul", {"x", weight({input_.back(), width})}, {result});
  return *this;
}

OpChain& OpChain::op(const std::string& type, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs, const Attributes& attributes) {
  model_.node(type, inputs, outputs, attributes, "op");
  return *this;
}

OpChain& OpChain::convolve_result(const std::string& result, std::int64_t channels, std::size_t spatial_axes) {
  Shape kernel{4, channels};
  kernel.resize(2 + spatial_axes, 1);
  model_.node("Conv", {result, weight(kernel)}, {result + "_out"});
  model_.output(result + "_out");
  return *this;
}

OpChain& OpChain::multiply_result(const std::string& result, std::int64_t width) {
  model_.node("MatMul", {result, weight({width, 4})}, {result + "_out"});
  model_.output(result + "_out");
  return *this;
}

}  // namespace halftone::onnxruntime::testing

#pragma once

#include <string>
#include <vector>

#include "adaptors/onnxruntime/testing/model_builder.h"

namespace halftone::onnxruntime::testing {

/// A model in which products write what the op under test reads, and read what it writes: then its data are carried
/// in low precision. The op is the node "op".
class OpChain {
 public:
  /// Reads "x" with these extents: the first is the batch, the second the channels.
  explicit OpChain(Shape input, std::int64_t opset = 17);

  ModelBuilder& model() { return model_; }
  /// A 3-wide convolution of "x" over all spatial axes, which keeps them.
  OpChain& convolve_input(const std::string& result, std::int64_t channels);
  /// A product of the last axis of "x" with a constant matrix.
  OpChain& multiply_input(const std::string& result, std::int64_t width);
  /// The op under test.
  OpChain& op(const std::string& type, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
              const Attributes& attributes = {});
  /// Reads a result of the op: a convolution of width 1, or a product of the last axis; writes an output of the graph.
  OpChain& convolve_result(const std::string& result, std::int64_t channels, std::size_t spatial_axes);
  OpChain& multiply_result(const std::string& result, std::int64_t width);
  /// A constant with values between -0.5 and 0.5.
  OpChain& constant(const std::string& name, const Shape& shape);

 private:
  std::string weight(const Shape& shape);
  ModelBuilder model_;
  Shape input_;
  std::uint64_t seed_ = 0;
};

}  // namespace halftone::onnxruntime::testing

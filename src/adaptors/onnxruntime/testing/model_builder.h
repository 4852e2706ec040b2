#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime::testing {

/// Attributes of a node by name.
using Attributes = std::vector<std::pair<std::string, Attribute>>;

/// Writes down small models for tests, in the order of the calls.
class ModelBuilder {
 public:
  explicit ModelBuilder(std::int64_t opset = 17);

  /// Extents of -1 are left open.
  ModelBuilder& input(const std::string& name, const Shape& shape, DType dtype = DType::f32);
  /// Without a shape, the rank is left open too.
  ModelBuilder& output(const std::string& name, std::optional<Shape> shape = std::nullopt, DType dtype = DType::f32);
  ModelBuilder& describe(const std::string& name, const Shape& shape, DType dtype);
  ModelBuilder& initializer(const std::string& name, const Tensor& value);
  ModelBuilder& floats(const std::string& name, std::vector<float> values, Shape shape);
  ModelBuilder& integers(const std::string& name, std::vector<std::int64_t> values);
  /// `name` may be empty, and may occur twice.
  ModelBuilder& node(const std::string& type, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs, const Attributes& attributes = {},
                     const std::string& name = {});
  /// Gives the last node a domain other than the standard one, which the model then imports.
  ModelBuilder& in_domain(const std::string& domain);
  /// Gives the last node a subgraph: the graph of `body`.
  ModelBuilder& with_subgraph(const std::string& attribute, const ModelBuilder& body);

  /// The model as it is read from its bytes.
  OnnxModel build() const;
  std::string bytes() const { return write_model(model_); }

 private:
  std::string graph_bytes() const;
  OnnxModel model_;
};

/// Reads a model from bytes that it owns.
OnnxModel read_bytes(std::string bytes);

/// Types of the nodes, in order.
std::vector<std::string> op_types(const OnnxModel& model);
/// The one node of a type; a failure of the test where there is none or more.
const OnnxNode& only_node(const OnnxModel& model, const std::string& type);
/// The node of a name; a failure of the test where there is none.
const OnnxNode& node_named(const OnnxModel& model, const std::string& name);
/// The value of a constant; a failure of the test where there is none.
Tensor constant_of(const OnnxModel& model, const std::string& name);

}  // namespace halftone::onnxruntime::testing

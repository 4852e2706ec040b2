#include "adaptors/onnxruntime/testing/model_builder.h"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include "adaptors/onnxruntime/format/wire.h"

namespace halftone::onnxruntime::testing {
namespace {

using Writer = protozero::pbf_writer;

constexpr std::int64_t kIrVersion = 8;

// By way of a text: the writer leaves out submessages without content, but a shape without extents is a scalar's.
void add_shape(Writer& tensor_type, const Shape& shape) {
  std::string bytes;
  Writer dims(bytes);
  for (const std::int64_t extent : shape) {
    Writer dim(dims, 1);
    if (extent >= 0)
      dim.add_int64(1, extent);
    else
      dim.add_string(2, "open");
  }
  tensor_type.add_message(2, bytes);
}

std::string value_info(const std::string& name, const std::optional<Shape>& shape, DType dtype) {
  std::string bytes;
  Writer value(bytes);
  value.add_string(1, name);
  Writer type(value, 2);
  Writer tensor_type(type, 1);
  tensor_type.add_int32(1, onnx_type(dtype));
  if (shape) add_shape(tensor_type, *shape);
  tensor_type.commit();
  type.commit();
  return bytes;
}

// Fields and type numbers of AttributeProto in onnx.proto3.
struct AttributeWriter {
  Writer& writer;
  void operator()(float value) const {
    writer.add_float(2, value);
    writer.add_enum(20, 1);
  }
  void operator()(std::int64_t value) const {
    writer.add_int64(3, value);
    writer.add_enum(20, 2);
  }
  void operator()(const std::string& value) const {
    writer.add_bytes(4, value);
    writer.add_enum(20, 3);
  }
  void operator()(const std::vector<float>& values) const {
    writer.add_packed_float(7, values.begin(), values.end());
    writer.add_enum(20, 6);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    writer.add_packed_int64(8, values.begin(), values.end());
    writer.add_enum(20, 7);
  }
};

std::string attribute_bytes(const std::string& name, const Attribute& value) {
  std::string bytes;
  Writer writer(bytes);
  writer.add_string(1, name);
  std::visit(AttributeWriter{writer}, value);
  return bytes;
}

}  // namespace

ModelBuilder::ModelBuilder(std::int64_t opset) {
  model_.files = std::make_shared<const ModelFiles>(std::shared_ptr<const void>());
  model_.opsets.emplace_back("", opset);
  std::string rest;
  Writer(rest).add_int64(1, kIrVersion);
  model_.rest = model_.keep(std::move(rest));
  std::string graph_rest;
  Writer(graph_rest).add_string(2, "graph");
  model_.graph.rest = model_.keep(std::move(graph_rest));
}

ModelBuilder& ModelBuilder::input(const std::string& name, const Shape& shape, DType dtype) {
  model_.graph.inputs.push_back({name, model_.keep(value_info(name, shape, dtype)), dtype, shape});
  return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name, std::optional<Shape> shape, DType dtype) {
  model_.graph.outputs.push_back({name, model_.keep(value_info(name, shape, dtype)), dtype, shape});
  return *this;
}

ModelBuilder& ModelBuilder::describe(const std::string& name, const Shape& shape, DType dtype) {
  model_.graph.value_infos.push_back({name, model_.keep(value_info(name, shape, dtype)), dtype, shape});
  return *this;
}

ModelBuilder& ModelBuilder::initializer(const std::string& name, const Tensor& value) {
  model_.graph.initializers.push_back({name, model_.keep(write_tensor(name, value))});
  return *this;
}

ModelBuilder& ModelBuilder::floats(const std::string& name, std::vector<float> values, Shape shape) {
  return initializer(name, Tensor::from<float>(std::move(values), std::move(shape)));
}

ModelBuilder& ModelBuilder::integers(const std::string& name, std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return initializer(name, Tensor::from<std::int64_t>(std::move(values), {count}));
}

ModelBuilder& ModelBuilder::node(const std::string& type, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs, const Attributes& attributes,
                                 const std::string& name) {
  OnnxNode node;
  node.name = name;
  node.op_type = type;
  node.inputs = inputs;
  node.outputs = outputs;
  for (const auto& [key, value] : attributes) {
    OnnxAttribute attribute;
    attribute.name = key;
    attribute.message = model_.keep(attribute_bytes(key, value));
    node.attributes.push_back(std::move(attribute));
  }
  model_.graph.nodes.push_back(std::move(node));
  return *this;
}

ModelBuilder& ModelBuilder::in_domain(const std::string& domain) {
  model_.graph.nodes.back().domain = domain;
  model_.require_domain(domain, 1);
  return *this;
}

ModelBuilder& ModelBuilder::with_subgraph(const std::string& attribute, const ModelBuilder& body) {
  constexpr int kGraph = 5;  // AttributeProto.AttributeType
  std::string bytes;
  Writer writer(bytes);
  writer.add_string(1, attribute);
  writer.add_message(6, body.graph_bytes());
  writer.add_enum(20, kGraph);
  OnnxAttribute added;
  added.name = attribute;
  added.message = model_.keep(std::move(bytes));
  model_.graph.nodes.back().attributes.push_back(std::move(added));
  return *this;
}

std::string ModelBuilder::graph_bytes() const {
  const std::string model = bytes();
  FieldReader fields(model);
  while (fields.next()) {
    if (fields.tag() == 7) return std::string(fields.view());
    fields.field().skip();
  }
  return {};
}

OnnxModel ModelBuilder::build() const { return read_bytes(bytes()); }

OnnxModel read_bytes(std::string bytes) {
  const auto owner = std::make_shared<const std::string>(std::move(bytes));
  return read_model(*owner, owner);
}

std::vector<std::string> op_types(const OnnxModel& model) {
  std::vector<std::string> types;
  for (const OnnxNode& node : model.graph.nodes) types.push_back(node.op_type);
  return types;
}

const OnnxNode& only_node(const OnnxModel& model, const std::string& type) {
  const OnnxNode* found = nullptr;
  for (const OnnxNode& node : model.graph.nodes) {
    if (node.op_type != type) continue;
    if (found != nullptr) throw std::runtime_error("more than one node of type " + type);
    found = &node;
  }
  if (found == nullptr) throw std::runtime_error("no node of type " + type);
  return *found;
}

const OnnxNode& node_named(const OnnxModel& model, const std::string& name) {
  const auto found = std::find_if(model.graph.nodes.begin(), model.graph.nodes.end(),
                                  [&](const OnnxNode& node) { return node.name == name; });
  if (found == model.graph.nodes.end()) throw std::runtime_error("no node is named " + name);
  return *found;
}

Tensor constant_of(const OnnxModel& model, const std::string& name) {
  const OnnxInitializer* found = model.find_initializer(name);
  if (found == nullptr) throw std::runtime_error("no constant is named " + name);
  return model.value_of(*found);
}

}  // namespace halftone::onnxruntime::testing

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/format/wire.h"

namespace halftone::onnxruntime {
namespace {

using Writer = protozero::pbf_writer;

void add(Writer& writer, protozero::pbf_tag_type tag, std::string_view bytes) {
  writer.add_message(tag, bytes.data(), bytes.size());
}

void write_node(Writer& graph, const OnnxNode& node) {
  std::string bytes;
  Writer writer(bytes);
  for (const std::string& input : node.inputs) writer.add_string(1, input);
  for (const std::string& output : node.outputs) writer.add_string(2, output);
  if (!node.name.empty()) writer.add_string(3, node.name);
  writer.add_string(4, node.op_type);
  for (const OnnxAttribute& attribute : node.attributes) add(writer, 5, attribute.message);
  if (!node.domain.empty()) writer.add_string(7, node.domain);
  bytes.append(node.rest);
  add(graph, 1, bytes);
}

void write_graph(Writer& model, const OnnxGraph& graph) {
  // In place: the graph is nearly the whole file.
  Writer writer(model, 7);
  for (const OnnxNode& node : graph.nodes) write_node(writer, node);
  for (const OnnxInitializer& initializer : graph.initializers) add(writer, 5, initializer.message);
  for (const OnnxValueInfo& input : graph.inputs) add(writer, 11, input.message);
  for (const OnnxValueInfo& output : graph.outputs) add(writer, 12, output.message);
  for (const OnnxValueInfo& value : graph.value_infos) add(writer, 13, value.message);
  FieldReader fields(graph.rest);
  while (fields.next()) {
    const std::uint32_t tag = fields.tag();
    switch (fields.field().wire_type()) {
      case protozero::pbf_wire_type::varint:
        writer.add_uint64(tag, fields.field().get_uint64());
        break;
      case protozero::pbf_wire_type::fixed64:
        writer.add_fixed64(tag, fields.field().get_fixed64());
        break;
      case protozero::pbf_wire_type::fixed32:
        writer.add_fixed32(tag, fields.field().get_fixed32());
        break;
      default:
        add(writer, tag, fields.view());
    }
  }
}

}  // namespace

std::string write_model(const OnnxModel& model) {
  std::string bytes(model.rest);
  Writer writer(bytes);
  for (const auto& [domain, version] : model.opsets) {
    Writer opset(writer, 8);
    opset.add_string(1, domain);
    opset.add_int64(2, version);
  }
  write_graph(writer, model.graph);
  for (const auto& [key, value] : model.metadata) {
    Writer entry(writer, 14);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  return bytes;
}

std::string write_untyped_value(const std::string& name) {
  std::string bytes;
  Writer(bytes).add_string(1, name);
  return bytes;
}

OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, std::int64_t value) {
  constexpr std::int32_t kInt = 2;  // AttributeProto.AttributeType
  std::string bytes;
  Writer writer(bytes);
  writer.add_string(1, name);
  writer.add_int64(3, value);
  writer.add_enum(20, kInt);
  OnnxAttribute attribute;
  attribute.name = name;
  attribute.message = model.keep(std::move(bytes));
  attribute.value = value;
  return attribute;
}

OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, const std::string& value) {
  constexpr std::int32_t kString = 3;  // AttributeProto.AttributeType
  std::string bytes;
  Writer writer(bytes);
  writer.add_string(1, name);
  writer.add_bytes(4, value);
  writer.add_enum(20, kString);
  OnnxAttribute attribute;
  attribute.name = name;
  attribute.message = model.keep(std::move(bytes));
  attribute.value = value;
  return attribute;
}

OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, const Tensor& value) {
  constexpr std::int32_t kTensor = 4;  // AttributeProto.AttributeType
  const std::string tensor = write_tensor("", value);
  std::string bytes;
  Writer writer(bytes);
  writer.add_string(1, name);
  writer.add_enum(20, kTensor);
  writer.add_message(5, tensor);
  OnnxAttribute attribute;
  attribute.name = name;
  attribute.message = model.keep(std::move(bytes));
  attribute.tensor = attribute.message.substr(attribute.message.size() - tensor.size());
  return attribute;
}

void remove_attribute(OnnxNode& node, std::string_view name) {
  std::erase_if(node.attributes, [&](const OnnxAttribute& attribute) { return attribute.name == name; });
}

}  // namespace halftone::onnxruntime

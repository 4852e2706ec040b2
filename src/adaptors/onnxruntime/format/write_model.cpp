#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/format/tensor_places.h"
#include "adaptors/onnxruntime/format/wire.h"

namespace halftone::onnxruntime {
namespace {

using Writer = protozero::pbf_writer;

void add(Writer& writer, protozero::pbf_tag_type tag, std::string_view bytes) {
  writer.add_message(tag, bytes.data(), bytes.size());
}

void add_tag(std::string& bytes, protozero::pbf_tag_type tag, std::uint64_t length) {
  constexpr std::uint32_t kLengthDelimited = 2;
  protozero::add_varint_to_buffer(&bytes, (tag << 3U) | kLengthDelimited);
  protozero::add_varint_to_buffer(&bytes, length);
}

void add_field_header(ModelBytes& bytes, protozero::pbf_tag_type tag, std::uint64_t length) {
  std::string header;
  add_tag(header, tag, length);
  bytes.add(header);
}

/// For content that lives as long as the model.
void add_field(ModelBytes& bytes, protozero::pbf_tag_type tag, std::string_view content) {
  add_field_header(bytes, tag, content.size());
  bytes.add_view(content);
}

/// For content that was just made.
void copy_field(ModelBytes& bytes, protozero::pbf_tag_type tag, std::string_view content) {
  add_field_header(bytes, tag, content.size());
  bytes.add(content);
}

void write_made(const OnnxInitializer& initializer, ModelBytes& graph) {
  std::string header(initializer.message);
  add_tag(header, 9, initializer.made->bytes);
  add_field_header(graph, 5, header.size() + initializer.made->bytes);
  graph.add(header);
  graph.add_made(*initializer.made);
}

void write_inside(const ModelFiles& files, const OnnxInitializer& initializer, ModelBytes& graph) {
  if (initializer.made) return write_made(initializer, graph);
  const TensorPlaces tensor = find_places(initializer.message);
  if (!tensor.external) return add_field(graph, 5, initializer.message);
  const std::string_view values = external_bytes(tensor, initializer, files);
  std::string header = tensor.other_fields;
  add_tag(header, 9, values.size());
  add_field_header(graph, 5, header.size() + values.size());
  graph.add(header);
  graph.add_view(values);
}

void write_by_reference(const ModelFiles& files, const OnnxInitializer& initializer, ModelBytes& graph) {
  if (initializer.made) return write_made(initializer, graph);
  const TensorPlaces tensor = find_places(initializer.message);
  const MappedFile* file = files.model_file();
  const bool refer = !tensor.external && tensor.raw.size() >= kSmallestReference && file != nullptr &&
                     files.is_addressable() && file->contains(tensor.raw);
  if (!refer) return add_field(graph, 5, initializer.message);
  const auto offset = static_cast<std::uint64_t>(tensor.raw.data() - file->text().data());
  copy_field(graph, 5, with_external_place(tensor, {files.path().filename(), offset, tensor.raw.size()}));
}

ModelBytes graph_bytes(const OnnxGraph& graph, const ModelFiles& files, const InitializerWriter& write_initializer);

std::string attribute_bytes(const OnnxAttribute& attribute, const ModelFiles& files) {
  // Weights of inner graphs stay inside: not every version of the runtime looks elsewhere for them.
  const InitializerWriter inside = [&](const OnnxInitializer& initializer, ModelBytes& graph) {
    write_inside(files, initializer, graph);
  };
  std::string bytes(attribute.message);
  Writer writer(bytes);
  for (const OnnxGraph& graph : attribute.subgraphs) {
    add(writer, attribute.is_graph_list ? 11 : 6, graph_bytes(graph, files, inside).str());
  }
  return bytes;
}

std::string node_bytes(const OnnxNode& node, const ModelFiles& files) {
  std::string bytes;
  Writer writer(bytes);
  for (const std::string& input : node.inputs) writer.add_string(1, input);
  for (const std::string& output : node.outputs) writer.add_string(2, output);
  if (!node.name.empty()) writer.add_string(3, node.name);
  writer.add_string(4, node.op_type);
  for (const OnnxAttribute& attribute : node.attributes) {
    if (attribute.subgraphs.empty())
      add(writer, 5, attribute.message);
    else
      add(writer, 5, attribute_bytes(attribute, files));
  }
  if (!node.domain.empty()) writer.add_string(7, node.domain);
  bytes.append(node.rest);
  return bytes;
}

ModelBytes graph_bytes(const OnnxGraph& graph, const ModelFiles& files, const InitializerWriter& write_initializer) {
  ModelBytes bytes;
  for (const OnnxNode& node : graph.nodes) copy_field(bytes, 1, node_bytes(node, files));
  for (const OnnxInitializer& initializer : graph.initializers) write_initializer(initializer, bytes);
  for (const OnnxValueInfo& input : graph.inputs) add_field(bytes, 11, input.message);
  for (const OnnxValueInfo& output : graph.outputs) add_field(bytes, 12, output.message);
  for (const OnnxValueInfo& value : graph.value_infos) add_field(bytes, 13, value.message);
  bytes.add(graph.rest);
  return bytes;
}

}  // namespace

ModelBytes serialize(const OnnxModel& model, const InitializerWriter& write_initializer) {
  std::string header(model.rest);
  Writer writer(header);
  for (const auto& [domain, version] : model.opsets) {
    Writer opset(writer, 8);
    opset.add_string(1, domain);
    opset.add_int64(2, version);
  }
  ModelBytes graph = graph_bytes(model.graph, *model.files, write_initializer);
  ModelBytes bytes;
  bytes.add(header);
  add_field_header(bytes, 7, graph.size());
  bytes.append(std::move(graph));
  std::string metadata;
  Writer metadata_writer(metadata);
  for (const auto& [key, value] : model.metadata) {
    Writer entry(metadata_writer, 14);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  bytes.add(metadata);
  return bytes;
}

ModelBytes serialize(const OnnxModel& model, Weights weights) {
  return serialize(model, [&](const OnnxInitializer& initializer, ModelBytes& graph) {
    (weights == Weights::inside ? write_inside : write_by_reference)(*model.files, initializer, graph);
  });
}

void add_initializer(ModelBytes& graph, std::string_view tensor) { copy_field(graph, 5, tensor); }

std::string write_model(const OnnxModel& model) { return serialize(model, Weights::inside).str(); }

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

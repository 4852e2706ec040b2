#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adaptors/onnxruntime/format/model_files.h"
#include "adaptors/onnxruntime/format/value_maker.h"
#include "halftone/graph.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime {

// The messages of an ONNX model (onnx.proto3, release 1.16 and later), as far as the adaptor looks into them. What it
// does not look into is kept byte for byte and written back. Big values stay where they are: in the mapped file, or in
// the file beside it.

struct OnnxGraph;

/// One attribute of a node. `message` is the serialized AttributeProto, without the graphs in it.
struct OnnxAttribute {
  std::string name;
  std::string_view message;
  std::optional<Attribute> value;          ///< for numbers, strings and their lists
  std::optional<std::string_view> tensor;  ///< serialized TensorProto
  std::vector<OnnxGraph> subgraphs;
  bool is_graph_list = false;
};

struct OnnxNode {
  std::string name;
  std::string op_type;
  std::string domain;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<OnnxAttribute> attributes;
  std::string_view rest;  ///< other fields, serialized

  const OnnxAttribute* find_attribute(std::string_view attribute) const;
  std::int64_t integer(std::string_view attribute, std::int64_t absent) const;
  float number(std::string_view attribute, float absent) const;
  bool is_standard() const { return domain.empty() || domain == "ai.onnx"; }
  bool has_subgraph() const;
  /// Op type for people and the op table: with its domain where that is not the standard one ("com.microsoft.QGemm").
  std::string qualified_type() const;
};

/// A constant. `message` is the serialized TensorProto; where `made` is there, the values are not in it.
struct OnnxInitializer {
  std::string name;
  std::string_view message;
  std::optional<MadeValue> made = std::nullopt;
};

/// Name and type of an input, an output or an inner tensor. `message` is the serialized ValueInfoProto.
struct OnnxValueInfo {
  std::string name;
  std::string_view message;
  std::optional<DType> dtype;  ///< absent for sequences, maps and unknown types
  std::optional<Shape> shape;
};

struct OnnxGraph {
  std::vector<OnnxNode> nodes;
  std::vector<OnnxInitializer> initializers;
  std::vector<OnnxValueInfo> inputs;  ///< without those that initializers give a default
  std::vector<OnnxValueInfo> outputs;
  std::vector<OnnxValueInfo> value_infos;
  std::string_view rest;
};

struct OnnxModel {
  std::vector<std::pair<std::string, std::int64_t>> opsets;  ///< domain → version
  std::vector<std::pair<std::string, std::string>> metadata;
  OnnxGraph graph;
  std::string_view rest;
  std::shared_ptr<const ModelFiles> files;           ///< never null
  std::vector<std::shared_ptr<const void>> storage;  ///< what views into other places than the files point into

  /// Version of the standard operators; 0 where the model names none.
  std::int64_t opset() const;
  void require_domain(const std::string& domain, std::int64_t version);
  /// Keeps text alive as long as the model and gives a view of it.
  std::string_view keep(std::string text);
  const OnnxInitializer* find_initializer(std::string_view name) const;
  /// A constant's value, as read_value().
  Tensor value_of(const OnnxInitializer& initializer) const;
};

/// The graph and all graphs nested in it, inner ones before those around them. Pointers hold while nodes are moved.
std::vector<OnnxGraph*> graphs_inside_out(OnnxGraph& graph);
std::vector<const OnnxGraph*> graphs_inside_out(const OnnxGraph& graph);
/// Tensors that the graph itself has: inputs, constants and what its nodes write.
std::unordered_set<std::string> defined_names(const OnnxGraph& graph);
/// Names that the node's subgraphs read from outside, sorted, each once.
std::vector<std::string> captured_names(const OnnxNode& node);

/// Reads a model from bytes that `storage` keeps alive; it can have no external data. Throws invalid_model for anything
/// that is not a whole model, with what was being read.
OnnxModel read_model(std::string_view bytes, std::shared_ptr<const void> storage);
/// Reads a model file. External data are looked for in its folder, when they are needed.
OnnxModel read_model_file(const std::filesystem::path& path);

/// What a TensorProto is, without its values.
struct TensorHeader {
  DType dtype = DType::f32;
  Shape shape;
};
/// Throws invalid_model for an impossible shape or an unknown type.
TensorHeader read_tensor_header(std::string_view message);
/// A constant's value: a view into the file where that is aligned, else a copy. Valid as long as the model. Throws
/// invalid_model when its size does not fit its shape, or its external data are not where it says.
Tensor read_tensor(std::string_view message, const ModelFiles& files);
/// The same for a constant whose values may have to be made first.
Tensor read_value(const OnnxInitializer& initializer, const ModelFiles& files);
/// The serialized TensorProto of a value.
std::string write_tensor(const std::string& name, const Tensor& value);
/// The same without the values.
std::string write_tensor_header(const std::string& name, const TensorHeader& header);
/// Bytes of the values.
std::uint64_t size_bytes(const TensorHeader& header);
/// The serialized ValueInfoProto of a name without type (the runtime infers it).
std::string write_untyped_value(const std::string& name);

/// Serialized attributes, for nodes that the adaptor adds.
OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, std::int64_t value);
OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, const std::string& value);
OnnxAttribute make_attribute(OnnxModel& model, const std::string& name, const Tensor& value);
/// Takes an attribute from a node, where it has one.
void remove_attribute(OnnxNode& node, std::string_view name);

/// ONNX's number of an element type, and back; nullopt for types Halftone does not have.
int onnx_type(DType dtype);
std::optional<DType> dtype_of_onnx(int type);

}  // namespace halftone::onnxruntime

#include <unordered_set>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/format/wire.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

// Deeper nesting than any compiler writes; bounds the stack for hostile files.
constexpr int kMaxDepth = 16;

std::string name_of_tensor(std::string_view message) {
  FieldReader fields(message);
  std::string name;
  while (fields.next()) {
    if (fields.tag() == 8)
      name = fields.text();
    else
      fields.field().skip();
  }
  return name;
}

OnnxGraph read_graph(std::string_view message, OnnxModel& model, int depth);

// The value as the type field says; lists may be given packed.
void set_value(OnnxAttribute& attribute, int type, std::int64_t integer, float number, std::string text,
               std::vector<std::int64_t> integers, std::vector<float> floats) {
  switch (type) {
    case 1:
      attribute.value = number;
      break;
    case 2:
      attribute.value = integer;
      break;
    case 3:
      attribute.value = std::move(text);
      break;
    case 6:
      attribute.value = std::move(floats);
      break;
    case 7:
      attribute.value = std::move(integers);
      break;
    default:
      break;
  }
}

std::string without_subgraphs(std::string_view attribute) {
  std::string rest;
  FieldReader fields(attribute);
  while (fields.next()) {
    if (fields.tag() == 6 || fields.tag() == 11)
      fields.field().skip();
    else
      fields.keep(rest);
  }
  return rest;
}

OnnxAttribute read_attribute(std::string_view message, OnnxModel& model, int depth) {
  OnnxAttribute attribute;
  attribute.message = message;
  FieldReader fields(message);
  int type = 0;
  std::int64_t integer = 0;
  float number = 0;
  std::string text;
  std::vector<std::int64_t> integers;
  std::vector<float> floats;
  while (fields.next()) {
    switch (fields.tag()) {
      case 1:
        attribute.name = fields.text();
        break;
      case 2:
        number = fields.number();
        break;
      case 3:
        integer = fields.integer();
        break;
      case 4:
        text = fields.text();
        break;
      case 5:
        attribute.tensor = fields.view();
        break;
      case 6:
      case 11:
        attribute.is_graph_list = fields.tag() == 11;
        attribute.subgraphs.push_back(read_graph(fields.view(), model, depth + 1));
        break;
      case 7:
        fields.floats(floats);
        break;
      case 8:
        fields.integers(integers);
        break;
      case 20:
        type = static_cast<int>(fields.integer());
        break;
      default:
        fields.field().skip();
    }
  }
  if (!attribute.subgraphs.empty()) attribute.message = model.keep(without_subgraphs(message));
  set_value(attribute, type, integer, number, std::move(text), std::move(integers), std::move(floats));
  return attribute;
}

OnnxNode read_node(std::string_view message, OnnxModel& model, int depth) {
  OnnxNode node;
  std::string rest;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.tag()) {
      case 1:
        node.inputs.push_back(fields.text());
        break;
      case 2:
        node.outputs.push_back(fields.text());
        break;
      case 3:
        node.name = fields.text();
        break;
      case 4:
        node.op_type = fields.text();
        break;
      case 5:
        node.attributes.push_back(read_attribute(fields.view(), model, depth));
        break;
      case 7:
        node.domain = fields.text();
        break;
      default:
        fields.keep(rest);
    }
  }
  if (!rest.empty()) node.rest = model.keep(std::move(rest));
  return node;
}

Shape read_shape(std::string_view message) {
  Shape shape;
  FieldReader dims(message);
  while (dims.next()) {
    if (dims.tag() != 1) {
      dims.field().skip();
      continue;
    }
    std::int64_t extent = -1;
    FieldReader dim(dims.view());
    while (dim.next()) {
      if (dim.tag() == 1)
        extent = dim.integer();
      else
        dim.field().skip();
    }
    shape.push_back(extent < 0 ? -1 : extent);
  }
  return shape;
}

void read_tensor_type(std::string_view message, OnnxValueInfo& value) {
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.tag()) {
      case 1:
        value.dtype = dtype_of_onnx(static_cast<int>(fields.integer()));
        break;
      case 2:
        value.shape = read_shape(fields.view());
        break;
      default:
        fields.field().skip();
    }
  }
}

OnnxValueInfo read_value_info(std::string_view message) {
  OnnxValueInfo value;
  value.message = message;
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1) {
      value.name = fields.text();
    } else if (fields.tag() == 2) {
      FieldReader type(fields.view());
      while (type.next()) {
        if (type.tag() == 1)
          read_tensor_type(type.view(), value);
        else
          type.field().skip();
      }
    } else {
      fields.field().skip();
    }
  }
  return value;
}

OnnxGraph read_graph(std::string_view message, OnnxModel& model, int depth) {
  if (depth > kMaxDepth) throw Error(ErrorCode::invalid_model, "subgraphs are nested more than 16 deep");
  OnnxGraph graph;
  std::string rest;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.tag()) {
      case 1:
        graph.nodes.push_back(read_node(fields.view(), model, depth));
        break;
      case 5: {
        const std::string_view tensor = fields.view();
        graph.initializers.push_back({name_of_tensor(tensor), tensor});
        break;
      }
      case 11:
        graph.inputs.push_back(read_value_info(fields.view()));
        break;
      case 12:
        graph.outputs.push_back(read_value_info(fields.view()));
        break;
      case 13:
        graph.value_infos.push_back(read_value_info(fields.view()));
        break;
      default:
        fields.keep(rest);
    }
  }
  // Files of IR version 3 list initializers among the inputs as well; they are constants all the same.
  std::unordered_set<std::string_view> constants;
  for (const OnnxInitializer& initializer : graph.initializers) constants.insert(initializer.name);
  std::erase_if(graph.inputs, [&](const OnnxValueInfo& input) { return constants.contains(input.name); });
  if (!rest.empty()) graph.rest = model.keep(std::move(rest));
  return graph;
}

std::pair<std::string, std::int64_t> read_opset(std::string_view message) {
  std::pair<std::string, std::int64_t> opset{"", 0};
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      opset.first = fields.text();
    else if (fields.tag() == 2)
      opset.second = fields.integer();
    else
      fields.field().skip();
  }
  return opset;
}

std::pair<std::string, std::string> read_metadata(std::string_view message) {
  std::pair<std::string, std::string> entry;
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      entry.first = fields.text();
    else if (fields.tag() == 2)
      entry.second = fields.text();
    else
      fields.field().skip();
  }
  return entry;
}

OnnxModel read_fields(std::string_view bytes, std::shared_ptr<const ModelFiles> files) {
  OnnxModel model;
  model.files = std::move(files);
  std::string rest;
  std::string_view graph;
  FieldReader fields(bytes);
  while (fields.next()) {
    switch (fields.tag()) {
      case 7:
        graph = fields.view();
        break;
      case 8:
        model.opsets.push_back(read_opset(fields.view()));
        break;
      case 14:
        model.metadata.push_back(read_metadata(fields.view()));
        break;
      default:
        fields.keep(rest);
    }
  }
  if (!rest.empty()) model.rest = model.keep(std::move(rest));
  model.graph = read_graph(graph, model, 0);
  return model;
}

OnnxModel read_whole(std::string_view bytes, std::shared_ptr<const ModelFiles> files) {
  try {
    OnnxModel model = read_fields(bytes, std::move(files));
    if (!model.graph.nodes.empty() || !model.graph.outputs.empty()) return model;
  } catch (const protozero::exception& error) {
    throw Error(ErrorCode::invalid_model, std::string("the file is not a whole ONNX model: ") + error.what(),
                "it may be truncated, or of another format");
  }
  throw Error(ErrorCode::invalid_model, "the file holds no graph, so it is not an ONNX model");
}

}  // namespace

OnnxModel read_model(std::string_view bytes, std::shared_ptr<const void> storage) {
  return read_whole(bytes, std::make_shared<const ModelFiles>(std::move(storage)));
}

OnnxModel read_model_file(const std::filesystem::path& path) {
  auto files = std::make_shared<const ModelFiles>(path);
  const std::string_view bytes = files->model_file()->text();
  return read_whole(bytes, std::move(files));
}

}  // namespace halftone::onnxruntime

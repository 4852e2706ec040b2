#include "adaptors/onnxruntime/passes/widen_float16_values.h"

#include "adaptors/onnxruntime/format/wire.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

// TypeProto.Tensor: 1 elem_type, 2 shape.
std::string widened_tensor_type(std::string_view message) {
  std::string bytes;
  protozero::pbf_writer(bytes).add_int32(1, onnx_type(DType::f32));
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      fields.field().skip();
    else
      fields.keep(bytes);
  }
  return bytes;
}

// TypeProto: 1 tensor_type.
std::string widened_type(std::string_view message) {
  std::string bytes;
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      protozero::pbf_writer(bytes).add_message(1, widened_tensor_type(fields.view()));
    else
      fields.keep(bytes);
  }
  return bytes;
}

}  // namespace

bool is_half(DType dtype) { return dtype == DType::f16 || dtype == DType::bf16; }

bool is_half_type(std::int64_t type) { return type == onnx_type(DType::f16) || type == onnx_type(DType::bf16); }

// TensorProto: 2 data_type. Of types that Halftone does not have, nothing else can be read.
bool is_half_tensor(std::string_view message) {
  try {
    std::int64_t type = 0;
    FieldReader fields(message);
    while (fields.next()) {
      if (fields.tag() == 2)
        type = fields.integer();
      else
        fields.field().skip();
    }
    return is_half_type(type);
  } catch (const protozero::exception& error) {
    throw Error(ErrorCode::invalid_model, std::string("a constant is broken: ") + error.what());
  }
}

Tensor widened(const Tensor& value) { return Tensor::from<float>(value.to_floats(), value.shape()); }

// ValueInfoProto: 1 name, 2 type.
std::string widened_value_info(std::string_view message, const std::string& name) {
  std::string bytes;
  protozero::pbf_writer(bytes).add_string(1, name);
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      fields.field().skip();
    else if (fields.tag() == 2)
      protozero::pbf_writer(bytes).add_message(2, widened_type(fields.view()));
    else
      fields.keep(bytes);
  }
  return bytes;
}

}  // namespace halftone::onnxruntime

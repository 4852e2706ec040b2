#pragma once

#include <string>
#include <string_view>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// float16 and bfloat16.
bool is_half(DType dtype);
/// ONNX's number of one of them.
bool is_half_type(std::int64_t onnx_type);

/// Whether a serialized TensorProto holds 16-bit floats. Throws invalid_model when it is broken.
bool is_half_tensor(std::string_view message);

/// The same values as fp32; exact for 16-bit floats.
Tensor widened(const Tensor& value);

/// A serialized ValueInfoProto of a tensor as one of fp32 with another name; shape and all else stay.
std::string widened_value_info(std::string_view message, const std::string& name);

}  // namespace halftone::onnxruntime

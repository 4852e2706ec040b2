#include "adaptors/onnxruntime/tensor_value.h"

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// The types of the C interface are numbered as TensorProto's.
struct ValueType {
  DType dtype;
  Shape shape;
};

ValueType type_of(const Runtime& runtime, const OrtValue& value) {
  const OrtApi& api = runtime.api();
  int is_tensor = 0;
  runtime.check(api.IsTensor(&value, &is_tensor));
  if (is_tensor == 0) throw Error(ErrorCode::unsupported, "the model gives a sequence or map where a tensor is needed");
  OrtTensorTypeAndShapeInfo* raw = nullptr;
  runtime.check(api.GetTensorTypeAndShape(&value, &raw));
  const Handle<OrtTensorTypeAndShapeInfo> type(raw, api.ReleaseTensorTypeAndShapeInfo);
  ONNXTensorElementDataType element{};
  std::size_t rank = 0;
  runtime.check(api.GetTensorElementType(raw, &element));
  runtime.check(api.GetDimensionsCount(raw, &rank));
  ValueType result{DType::f32, Shape(rank)};
  runtime.check(api.GetDimensions(raw, result.shape.data(), rank));
  const auto dtype = dtype_of_onnx(static_cast<int>(element));
  if (!dtype) throw Error(ErrorCode::unsupported, "element type " + std::to_string(element) + " is not supported");
  result.dtype = *dtype;
  return result;
}

Tensor strings_of(const Runtime& runtime, const OrtValue& value, const Shape& shape) {
  std::vector<std::string> strings(element_count(shape));
  for (std::size_t i = 0; i < strings.size(); ++i) {
    std::size_t length = 0;
    runtime.check(runtime.api().GetStringTensorElementLength(&value, i, &length));
    strings[i].resize(length);
    runtime.check(runtime.api().GetStringTensorElement(&value, length, i, strings[i].data()));
  }
  return Tensor::from<std::string>(std::move(strings), shape);
}

Tensor tensor_over(const Runtime& runtime, const OrtValue& value, std::shared_ptr<const void> owner) {
  ValueType type = type_of(runtime, value);
  if (type.dtype == DType::string) return strings_of(runtime, value, type.shape);
  void* data = nullptr;
  // The C interface has no const getter; nothing is written through it.
  runtime.check(runtime.api().GetTensorMutableData(const_cast<OrtValue*>(&value), &data));
  const std::size_t bytes = (element_count(type.shape) * static_cast<std::size_t>(bit_width(type.dtype)) + 7) / 8;
  return Tensor(type.dtype, std::move(type.shape), std::move(owner), data, bytes);
}

}  // namespace

Tensor view_of_value(const Runtime& runtime, const OrtValue& value) { return tensor_over(runtime, value, nullptr); }

Tensor take_value(const Runtime& runtime, OrtValue* value) {
  const std::shared_ptr<OrtValue> owner(value, runtime.api().ReleaseValue);
  return tensor_over(runtime, *owner, owner);
}

Handle<OrtValue> make_value(const Runtime& runtime, const Tensor& tensor) {
  const OrtApi& api = runtime.api();
  const auto type = static_cast<ONNXTensorElementDataType>(onnx_type(tensor.dtype()));
  OrtValue* value = nullptr;
  if (tensor.dtype() == DType::string) {
    OrtAllocator* allocator = nullptr;
    runtime.check(api.GetAllocatorWithDefaultOptions(&allocator));
    runtime.check(api.CreateTensorAsOrtValue(allocator, tensor.shape().data(), tensor.shape().size(), type, &value));
    Handle<OrtValue> owned(value, api.ReleaseValue);
    std::vector<const char*> texts;
    for (const std::string& text : tensor.values<std::string>()) texts.push_back(text.c_str());
    runtime.check(api.FillStringTensor(value, texts.data(), texts.size()));
    return owned;
  }
  OrtMemoryInfo* raw = nullptr;
  runtime.check(api.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &raw));
  const Handle<OrtMemoryInfo> memory(raw, api.ReleaseMemoryInfo);
  runtime.check(api.CreateTensorWithDataAsOrtValue(raw, const_cast<std::byte*>(tensor.data()), tensor.size_bytes(),
                                                   tensor.shape().data(), tensor.shape().size(), type, &value));
  return {value, api.ReleaseValue};
}

}  // namespace halftone::onnxruntime

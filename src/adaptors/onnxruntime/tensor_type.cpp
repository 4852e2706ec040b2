#include "adaptors/onnxruntime/tensor_type.h"

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

TensorType read_tensor_type(const Runtime& runtime, const OrtTypeInfo& info) {
  const OrtApi& api = runtime.api();
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;
  runtime.check(api.CastTypeInfoToTensorInfo(&info, &tensor));
  if (tensor == nullptr) return {};
  ONNXTensorElementDataType element{};
  std::size_t rank = 0;
  runtime.check(api.GetTensorElementType(tensor, &element));
  runtime.check(api.GetDimensionsCount(tensor, &rank));
  TensorType type{dtype_of_onnx(static_cast<int>(element)), std::nullopt};
  if (rank == 0) return type;
  type.shape.emplace(rank);
  runtime.check(api.GetDimensions(tensor, type.shape->data(), rank));
  return type;
}

}  // namespace halftone::onnxruntime

#include "adaptors/onnxruntime/passes/quantized_constants.h"

#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

Shape shape_of(const QuantParams& params) {
  return params.axis ? Shape{static_cast<std::int64_t>(params.scale.size())} : Shape{};
}

template <typename T>
Tensor integers(const std::vector<std::int32_t>& values, const Shape& shape) {
  return Tensor::from<T>(std::vector<T>(values.begin(), values.end()), shape);
}

}  // namespace

Tensor scales_of(const QuantParams& params) { return Tensor::from<float>(params.scale, shape_of(params)); }

Tensor zero_points_of(const QuantParams& params) {
  const Shape shape = shape_of(params);
  switch (params.dtype) {
    case DType::u8:
      return integers<std::uint8_t>(params.zero_point, shape);
    case DType::s8:
      return integers<std::int8_t>(params.zero_point, shape);
    case DType::s32:
      return integers<std::int32_t>(params.zero_point, shape);
    default:
      throw Error(ErrorCode::unsupported,
                  "Q and DQ of " + std::string(to_string(params.dtype)) + " are not written yet");
  }
}

}  // namespace halftone::onnxruntime

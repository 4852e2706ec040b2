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

std::shared_ptr<const ValueMaker> make_from_constant(const OnnxModel& model, const OnnxInitializer& constant,
                                                     std::function<ValueMaker::Values(Tensor)> make) {
  return std::make_shared<const ValueMaker>([files = model.files, constant, make = std::move(make)] {
    const ErrorContext frame([&] { return "quantizing constant '" + constant.name + "'"; });
    return make(read_value(constant, *files));
  });
}

OnnxInitializer made_constant(OnnxModel& model, const std::string& name, const TensorHeader& header,
                              std::shared_ptr<const ValueMaker> maker, std::size_t index) {
  const std::string_view message = model.keep(write_tensor_header(name, header));
  return {name, message, MadeValue{std::move(maker), index, size_bytes(header)}};
}

}  // namespace halftone::onnxruntime

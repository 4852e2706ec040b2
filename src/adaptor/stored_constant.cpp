#include "halftone/stored_constant.h"

#include <algorithm>
#include <cmath>

#include "halftone/error.h"
#include "quantization/clipped_values.h"

namespace halftone {
namespace {

std::size_t extent(const Shape& shape, std::size_t axis) { return static_cast<std::size_t>(shape.at(axis)); }

/// A matrix of floats with rows and columns exchanged.
Tensor turned(const Tensor& matrix) {
  const std::size_t rows = extent(matrix.shape(), 0), columns = extent(matrix.shape(), 1);
  const std::span<const float> values = matrix.values<float>();
  std::vector<float> result(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      result[column * rows + row] = values[row * columns + column];
    }
  }
  return Tensor::from(std::move(result), {matrix.shape()[1], matrix.shape()[0]});
}

GroupedWeight grouped(const StoredConstant& constant, const GroupedForm& form, Tensor values) {
  const auto rows = static_cast<std::size_t>(form.output_axis);
  return {.outputs = extent(constant.shape, rows),
          .inputs = extent(constant.shape, 1 - rows),
          .groups = form.groups,
          .values = std::move(values),
          .scale = form.scale,
          .zero_point = form.zero_point};
}

void require_fit(const StoredConstant& constant, const Tensor& values) {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::invalid_data, "tensor '" + constant.tensor + "' cannot take the values: " + what, hint);
  };
  if (values.dtype() != DType::f32) {
    refuse("they are " + std::string(to_string(values.dtype())),
           "give them as fp32; they are quantized by the scale that the tensor has");
  }
  if (values.shape() != constant.shape) {
    refuse("their shape is " + to_string(values.shape()) + ", its own " + to_string(constant.shape),
           "give one value for each of the tensor's");
  }
  if (!std::ranges::all_of(values.values<float>(), [](float value) { return std::isfinite(value); })) {
    refuse("they hold NaN or infinities", "give finite values");
  }
}

}  // namespace

Tensor dequantized(const StoredConstant& constant) {
  const Tensor values = constant.values.read();
  if (const auto* form = std::get_if<GroupedForm>(&constant.form)) {
    return Tensor::from(dequantize_groups(grouped(constant, *form, values), form->output_axis, form->spec),
                        constant.shape);
  }
  const auto* params = std::get_if<QuantParams>(&constant.form);
  if (params == nullptr) return Tensor::from(values.to_floats(), constant.shape);
  const Tensor in_float = Tensor::from(dequantize(values, *params), values.shape());
  return constant.transposed ? turned(in_float) : in_float;
}

RequantizedConstant requantized(const StoredConstant& constant, const Tensor& values) {
  require_fit(constant, values);
  RequantizedConstant result;
  if (const auto* form = std::get_if<GroupedForm>(&constant.form)) {
    result.values = requantize_groups(values.values<float>(), grouped(constant, *form, constant.values.read()),
                                      form->output_axis, form->spec, result.clipped)
                        .reshaped(constant.values.shape());
    return result;
  }
  const auto* params = std::get_if<QuantParams>(&constant.form);
  if (params == nullptr) return {values, 0};
  const Tensor laid_out = constant.transposed ? turned(values) : values;
  result.values = quantize(laid_out.values<float>(), laid_out.shape(), *params);
  result.clipped = count_clipped(laid_out.values<float>(), laid_out.shape(), *params);
  return result;
}

}  // namespace halftone

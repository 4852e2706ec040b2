#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "halftone/error.h"
#include "halftone/quantization.h"
#include "quantization/channel_layout.h"
#include "quantization/quantize_kernels.h"

namespace halftone {
namespace {

[[noreturn]] void fail_dtype(DType dtype) {
  throw Error(ErrorCode::unsupported, "values cannot be quantized to, or from, " + std::string(to_string(dtype)),
              "use int8, uint8 or int32");
}

template <typename T>
void require_entries(const QuantParams& params) {
  for (std::size_t i = 0; i < params.scale.size(); ++i) {
    const bool scale_is_good = std::isfinite(params.scale[i]) && params.scale[i] > 0;
    const bool zero_is_good =
        params.zero_point[i] >= std::numeric_limits<T>::min() && params.zero_point[i] <= std::numeric_limits<T>::max();
    if (scale_is_good && zero_is_good) continue;
    throw Error(ErrorCode::invalid_argument,
                "entry " + std::to_string(i) + " of the quantization parameters, scale " +
                    std::to_string(params.scale[i]) + " and zero point " + std::to_string(params.zero_point[i]) +
                    ", is not valid for " + std::string(to_string(params.dtype)),
                "a scale is positive and finite, a zero point is a value of the type");
  }
}

/// The layout of the channels that `params` speak of; one block where they are per tensor.
ChannelLayout layout_for(const QuantParams& params, const Shape& shape, std::size_t values) {
  const ChannelLayout layout =
      params.axis ? channel_layout(shape, normalized_axis(shape, *params.axis)) : ChannelLayout{1, 1, values};
  if (params.scale.size() == layout.channels && params.zero_point.size() == layout.channels) return layout;
  throw Error(ErrorCode::invalid_argument,
              "shape " + to_string(shape) + " needs " + std::to_string(layout.channels) + " scales and zero points, " +
                  std::to_string(params.scale.size()) + " and " + std::to_string(params.zero_point.size()) + " given",
              "give one of each for each index of the channel axis, or one where there is no axis");
}

template <typename T>
Tensor quantize_to(std::span<const float> values, const Shape& shape, const QuantParams& params) {
  const ChannelLayout layout = layout_for(params, shape, values.size());
  require_entries<T>(params);
  const std::shared_ptr<T[]> result(new T[values.size()]);  // not filled with zeros first
  bool finite = true;
  if (params.axis && layout.inner == 1) {
    finite = quantize_rows({values.data(), layout.outer, layout.channels, layout.channels}, params.scale.data(),
                           params.zero_point.data(), result.get());
  } else {
    for (std::size_t block = 0; block < layout.outer * layout.channels; ++block) {
      const std::size_t channel = block % layout.channels;
      finite &= quantize_block(values.subspan(block * layout.inner, layout.inner), params.scale[channel],
                               params.zero_point[channel], result.get() + block * layout.inner);
    }
  }
  if (finite) return Tensor(params.dtype, shape, result, result.get(), values.size() * sizeof(T));
  throw Error(ErrorCode::invalid_data, "values to quantize hold NaN or infinities", "repair the model or the data");
}

template <typename T>
std::vector<float> dequantize_from(const Tensor& quantized, const QuantParams& params) {
  const ChannelLayout layout = layout_for(params, quantized.shape(), quantized.size());
  require_entries<T>(params);
  const std::span<const T> values = quantized.values<T>();
  std::vector<float> result(values.size());
  for (std::size_t block = 0; block < layout.outer * layout.channels; ++block) {
    const float scale = params.scale[block % layout.channels];
    const std::int64_t zero_point = params.zero_point[block % layout.channels];
    for (std::size_t i = block * layout.inner; i < (block + 1) * layout.inner; ++i) {
      result[i] = scale * static_cast<float>(values[i] - zero_point);
    }
  }
  return result;
}

}  // namespace

Tensor quantize(std::span<const float> values, const Shape& shape, const QuantParams& params) {
  require_shape_of(shape, values.size());
  switch (params.dtype) {
    case DType::u8:
      return quantize_to<std::uint8_t>(values, shape, params);
    case DType::s8:
      return quantize_to<std::int8_t>(values, shape, params);
    case DType::s32:
      return quantize_to<std::int32_t>(values, shape, params);
    default:
      fail_dtype(params.dtype);
  }
}

std::vector<float> dequantize(const Tensor& quantized, const QuantParams& params) {
  if (quantized.dtype() != params.dtype) {
    throw Error(ErrorCode::invalid_argument,
                "a tensor of " + std::string(to_string(quantized.dtype())) + " cannot have parameters of " +
                    std::string(to_string(params.dtype)),
                "give the parameters that the tensor was quantized with");
  }
  switch (params.dtype) {
    case DType::u8:
      return dequantize_from<std::uint8_t>(quantized, params);
    case DType::s8:
      return dequantize_from<std::int8_t>(quantized, params);
    case DType::s32:
      return dequantize_from<std::int32_t>(quantized, params);
    default:
      fail_dtype(params.dtype);
  }
}

}  // namespace halftone

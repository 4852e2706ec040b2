#include "quantization/clipped_values.h"

#include <algorithm>

#include "quantization/channel_layout.h"

namespace halftone {

std::size_t count_clipped(std::span<const float> values, const Shape& shape, const QuantParams& params) {
  const ChannelLayout layout =
      params.axis ? channel_layout(shape, normalized_axis(shape, *params.axis)) : ChannelLayout{1, 1, values.size()};
  const int bits = bit_width(params.dtype);
  const bool is_unsigned = params.dtype == DType::u8;
  const double low = is_unsigned ? 0 : -static_cast<double>(std::int64_t{1} << (bits - 1));
  const double high = low + static_cast<double>((std::int64_t{1} << bits) - 1);
  std::size_t clipped = 0;
  for (std::size_t block = 0; block < layout.outer * layout.channels; ++block) {
    const double scale = params.scale.at(block % layout.channels);
    const double zero_point = params.zero_point.at(block % layout.channels);
    const double least = scale * (low - 0.5 - zero_point), most = scale * (high + 0.5 - zero_point);
    clipped +=
        static_cast<std::size_t>(std::ranges::count_if(values.subspan(block * layout.inner, layout.inner),
                                                       [&](float value) { return value < least || value > most; }));
  }
  return clipped;
}

}  // namespace halftone

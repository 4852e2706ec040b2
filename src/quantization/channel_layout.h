#pragma once

#include <cstddef>

#include "halftone/tensor.h"

namespace halftone {

/// How a row-major array falls into channels: `outer` times `channels` contiguous blocks of `inner` values.
struct ChannelLayout {
  std::size_t outer;
  std::size_t channels;
  std::size_t inner;
};

/// The axis counted from the front; negative axes count from the back. Throws invalid_argument when out of range.
int normalized_axis(const Shape& shape, int axis);

/// `axis` must be normalized.
ChannelLayout channel_layout(const Shape& shape, int axis);

/// Throws invalid_data when `shape` does not describe `values` elements.
void require_shape_of(const Shape& shape, std::size_t values);

}  // namespace halftone

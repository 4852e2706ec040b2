#include "quantization/channel_layout.h"

#include <string>

#include "halftone/error.h"

namespace halftone {

int normalized_axis(const Shape& shape, int axis) {
  const int rank = static_cast<int>(shape.size());
  if (axis < -rank || axis >= rank) {
    throw Error(ErrorCode::invalid_argument,
                "channel axis " + std::to_string(axis) + " does not exist in shape " + to_string(shape),
                "give an axis from " + std::to_string(-rank) + " to " + std::to_string(rank - 1));
  }
  return axis < 0 ? axis + rank : axis;
}

ChannelLayout channel_layout(const Shape& shape, int axis) {
  const auto channel = shape.begin() + axis;
  return {element_count(Shape(shape.begin(), channel)), static_cast<std::size_t>(*channel),
          element_count(Shape(channel + 1, shape.end()))};
}

void require_shape_of(const Shape& shape, std::size_t values) {
  if (element_count(shape) == values) return;
  throw Error(ErrorCode::invalid_data,
              "shape " + to_string(shape) + " does not describe " + std::to_string(values) + " values",
              "give as many values as the shape holds");
}

}  // namespace halftone

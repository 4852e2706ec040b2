#pragma once

#include <array>
#include <optional>
#include <string>

#include "data/data_spec.h"
#include "data/image_decode.h"
#include "halftone/tensor.h"

namespace halftone {

/// What happens to a decoded image, in this order: resize, crop, channels, then (pixel * scale - mean) / deviation.
struct ImageTransform {
  struct Extent {
    int height = 0;
    int width = 0;
    friend bool operator==(const Extent&, const Extent&) = default;
  };

  std::optional<int> shorter_side;  ///< the longer one in proportion, rounded down
  std::optional<Extent> exact;      ///< at most one of shorter_side and exact is set
  std::optional<Extent> crop;
  bool bgr = false;
  bool channels_last = false;
  std::array<double, 3> scale{1, 1, 1};      ///< of the channels in the order they are given in
  std::array<double, 3> mean{0, 0, 0};       ///< likewise
  std::array<double, 3> deviation{1, 1, 1};  ///< likewise; not 0

  /// f32 of shape 1x3xHxW, or 1xHxWx3 with channels_last; values are computed in double and rounded once.
  /// Throws invalid_data, naming `name`, when the image is smaller than the crop.
  Tensor apply(const RgbImage& image, const std::string& name) const;

  /// Every field as text, for hashing.
  std::string text() const;
};

/// The transform that the options of an images: spec ask for: those of the preset, overridden by those given. Throws
/// configuration.
ImageTransform image_transform(const DataSpec& spec);

}  // namespace halftone

#pragma once

#include <cstdint>

#include "halftone/quantization.h"

namespace halftone {

/// One entry of QuantParams.
struct ScaleAndZeroPoint {
  float scale;
  std::int32_t zero_point;
};

/// The entry of a finite range that contains zero. See params_from_range().
ScaleAndZeroPoint scale_of_range(const Range& range, const QuantSpec& spec);

}  // namespace halftone

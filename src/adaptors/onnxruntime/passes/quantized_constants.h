#pragma once

#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime {

/// The scales of parameters as the operators take them: a scalar, or one value a channel.
Tensor scales_of(const QuantParams& params);

/// The zero points likewise, in the type of the quantized values. Throws unsupported for types other than u8, s8 and
/// s32.
Tensor zero_points_of(const QuantParams& params);

}  // namespace halftone::onnxruntime

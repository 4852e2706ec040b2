#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime {

/// The scales of parameters as the operators take them: a scalar, or one value a channel.
Tensor scales_of(const QuantParams& params);

/// The zero points likewise, in the type of the quantized values. Throws unsupported for types other than u8, s8 and
/// s32.
Tensor zero_points_of(const QuantParams& params);

/// Makes what comes of a constant's value, each time anew. The maker may be used as long as the model's storage lives.
std::shared_ptr<const ValueMaker> make_from_constant(const OnnxModel& model, const OnnxInitializer& constant,
                                                     std::function<ValueMaker::Values(Tensor)> make);
/// A constant whose value is the maker's of that index.
OnnxInitializer made_constant(OnnxModel& model, const std::string& name, const TensorHeader& header,
                              std::shared_ptr<const ValueMaker> maker, std::size_t index);

}  // namespace halftone::onnxruntime

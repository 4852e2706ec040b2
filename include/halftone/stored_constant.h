#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "halftone/graph.h"
#include "halftone/quantization.h"

namespace halftone {

/// How a weight is kept in groups along its input channels: all of a GroupedWeight but its values.
struct GroupedForm {
  QuantSpec spec;       ///< dtype, scheme and group size
  int output_axis = 0;  ///< of the float matrix
  std::size_t groups = 0;
  Tensor scale;                      ///< f32 {outputs, groups}
  std::optional<Tensor> zero_point;  ///< u8 {outputs, bytes of a row}, packed; absent where all are the type's middle
};

/// A float constant, as a quantized model holds it. Adaptors say where such constants are; what is done with them
/// (reading them in float, writing others by the same scales) is the core's.
struct StoredConstant {
  std::string tensor;            ///< its name in the float model that the quantized one was made from
  std::string stored;            ///< name of what this model holds in its place
  std::vector<std::string> ops;  ///< names of the ops that calculate with it
  Shape shape;                   ///< as the float model has it
  /// The matrix is stored with its two axes exchanged. Parameters by channel speak of the stored one.
  bool transposed = false;
  /// Float as it is; integers with scales and zero points; integers in groups.
  std::variant<std::monostate, QuantParams, GroupedForm> form;
  Constant values;

  bool is_quantized() const { return !std::holds_alternative<std::monostate>(form); }
};

/// The values that the ops calculate with, as f32 of the float model's shape.
Tensor dequantized(const StoredConstant& constant);

/// What a stored constant holds for other float values.
struct RequantizedConstant {
  Tensor values;            ///< as the model stores them
  std::size_t clipped = 0;  ///< values outside of what scale and zero point can express
};
/// Quantizes `values` (f32, of the constant's shape) by the scales and zero points that the constant has, which stay.
/// Throws invalid_data for another type or shape, NaN or infinities.
RequantizedConstant requantized(const StoredConstant& constant, const Tensor& values);

}  // namespace halftone

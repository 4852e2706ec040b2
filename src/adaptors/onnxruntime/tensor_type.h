#pragma once

#include <optional>

#include "adaptors/onnxruntime/runtime.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime {

/// What is known of a tensor before running; extents of -1 are open. A scalar that only the runtime knows of has no
/// shape here, since its interface does not tell scalars from unknown ranks.
struct TensorType {
  std::optional<DType> dtype;
  std::optional<Shape> shape;
};

/// What the runtime says of a value; nothing for a sequence or a map.
TensorType read_tensor_type(const Runtime& runtime, const OrtTypeInfo& info);

}  // namespace halftone::onnxruntime

#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"

namespace halftone::onnxruntime {

/// What is known of a tensor before running; extents of -1 are open. A scalar that only the runtime knows of has no
/// shape here, since its interface does not tell scalars from unknown ranks.
struct TensorType {
  std::optional<DType> dtype;
  std::optional<Shape> shape;
};
using TensorTypes = std::unordered_map<std::string, TensorType>;

/// Element type and shape of the named tensors: as the file states them, and where it does not, as the runtime infers
/// them when it opens the model. Throws invalid_model when it cannot open it.
TensorTypes infer_types(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names);

}  // namespace halftone::onnxruntime

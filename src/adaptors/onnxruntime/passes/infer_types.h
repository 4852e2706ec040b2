#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"
#include "adaptors/onnxruntime/tensor_type.h"

namespace halftone::onnxruntime {

using TensorTypes = std::unordered_map<std::string, TensorType>;

/// Element type and shape of the named tensors of a model and its subgraphs, whose names must be unique, as
/// name_tensors() makes them: as the file states them, and where it does not, as the runtime infers them when it opens
/// the model. Those of subgraphs that it does not tell are absent. Throws invalid_model when it cannot open the model.
TensorTypes infer_types(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names);

}  // namespace halftone::onnxruntime

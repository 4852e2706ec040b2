#pragma once

#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"
#include "halftone/adaptor.h"

namespace halftone::onnxruntime {

/// The nodes of a model after the runtime's own rewriting, read from the file it writes of them. A node is of low
/// precision when its kernel computes on integers, or when it moves a tensor that is held in 8 bits.
std::vector<ExecutedOp> read_executed_ops(const Runtime& runtime, const OnnxModel& model);

}  // namespace halftone::onnxruntime

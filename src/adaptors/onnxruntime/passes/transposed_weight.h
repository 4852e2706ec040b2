#pragma once

#include <string_view>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// Notes on a product (as its documentation, which runtimes pass over) that the float model has its weight with rows
/// and columns exchanged: of a square matrix nothing else would tell.
void note_transposed_weight(OnnxModel& model, OnnxNode& product);
/// Whether that was noted.
bool has_transposed_weight(const OnnxNode& product);

}  // namespace halftone::onnxruntime

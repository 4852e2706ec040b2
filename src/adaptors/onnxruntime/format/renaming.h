#pragma once

#include <string>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// Gives a value or a constant another name, in its message too; what refers to it by the old name is the caller's
/// business.
void rename_value(OnnxModel& model, OnnxValueInfo& value, const std::string& name);
void rename_initializer(OnnxModel& model, OnnxInitializer& initializer, const std::string& name);

}  // namespace halftone::onnxruntime

#pragma once

#include "adaptors/onnxruntime/runtime.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime {

/// A tensor over a runtime's value that somebody else keeps alive. Throws unsupported for anything that is no tensor.
Tensor view_of_value(const Runtime& runtime, const OrtValue& value);

/// A tensor that owns the runtime's value.
Tensor take_value(const Runtime& runtime, OrtValue* value);

/// A value over a tensor's storage, which must outlive it; strings are copied.
Handle<OrtValue> make_value(const Runtime& runtime, const Tensor& tensor);

}  // namespace halftone::onnxruntime

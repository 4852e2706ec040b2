#pragma once

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/plan.h"

namespace halftone::onnxruntime::testing {

/// A model quantized by its first choices, and the plan it was made by.
struct Quantized {
  OnnxModel model;
  QuantizationPlan plan;
};

/// Quantizes a model as it is, without preparation, under the shipped capability file, calibrated on these inputs.
Quantized quantize(const OnnxModel& model, const NamedTensors& inputs);

}  // namespace halftone::onnxruntime::testing

#pragma once

#include <string>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/plan.h"

namespace halftone::onnxruntime::testing {

/// A model quantized by its first choices, and the plan it was made by.
struct Quantized {
  OnnxModel model;
  QuantizationPlan plan;
};

/// Quantizes a model as it is, without preparation, under a backend's shipped capability file, calibrated on these
/// samples.
Quantized quantize(const OnnxModel& model, std::vector<NamedTensors> samples, const std::string& backend = "onnxrt_qdq",
                   const ConversionLayout& layout = {});
inline Quantized quantize(const OnnxModel& model, const NamedTensors& sample,
                          const std::string& backend = "onnxrt_qdq") {
  return quantize(model, std::vector<NamedTensors>{sample}, backend);
}

/// Quantizes a model by a backend that needs no samples: by ranges taken at run time, or weights alone.
Quantized quantize_without_data(const OnnxModel& model, const std::string& backend = "onnxrt_integer");

}  // namespace halftone::onnxruntime::testing

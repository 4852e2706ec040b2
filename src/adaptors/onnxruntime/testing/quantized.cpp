#include "adaptors/onnxruntime/testing/quantized.h"

#include <memory>

#include "adaptors/onnxruntime/adaptor.h"
#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/model_handle.h"
#include "adaptors/onnxruntime/testing/ready_samples.h"

namespace halftone::onnxruntime::testing {
namespace {

OnnxRuntimeAdaptor adaptor_of(const std::string& key) {
  AdaptorOptions options;
  options.key = key;
  options.capability_folder = HALFTONE_CAPABILITY_SOURCES;
  return OnnxRuntimeAdaptor(options);
}

// As a file would be read: nothing may live in the objects alone.
Quantized reread(QuantizeResult result) {
  const auto bytes = std::make_shared<const std::string>(write_model(OnnxModelHandle::of(*result.model).onnx()));
  return {read_model(*bytes, bytes), std::move(result.plan)};
}

}  // namespace

Quantized quantize(const OnnxModel& model, std::vector<NamedTensors> samples, const std::string& backend,
                   const ConversionLayout& layout) {
  const OnnxRuntimeAdaptor adaptor = adaptor_of(backend);
  const OnnxModelHandle handle(model);
  const DataLoader data = ready_data(std::move(samples), handle.inputs());
  TuneConfig config = default_config(adaptor.graph(handle), adaptor.query_fw_capability(handle), std::nullopt);
  config.layout = layout;
  return reread(adaptor.quantize(config, handle, data, {}));
}

Quantized quantize_without_data(const OnnxModel& model, const std::string& backend) {
  const OnnxRuntimeAdaptor adaptor = adaptor_of(backend);
  const OnnxModelHandle handle(model);
  const Capability capability = adaptor.query_fw_capability(handle);
  const TuneConfig config = default_config(adaptor.graph(handle), capability, std::nullopt);
  return reread(adaptor.quantize(config, handle, capability, CalibrationTable{}));
}

}  // namespace halftone::onnxruntime::testing

#include "adaptors/onnxruntime/testing/quantized.h"

#include <memory>

#include "adaptors/onnxruntime/adaptor.h"
#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/model_handle.h"

namespace halftone::onnxruntime::testing {
namespace {

/// Samples that are there already.
class ReadySamples : public DataSource {
 public:
  explicit ReadySamples(std::vector<NamedTensors> samples) : samples_(std::move(samples)) {}
  std::string spec() const override { return "ready"; }
  std::optional<std::size_t> size() const override { return samples_.size(); }
  DataItem item(std::size_t index) const override { return {id(index), samples_.at(index), {}}; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "ready"; }

 private:
  std::vector<NamedTensors> samples_;
};

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
  const DataLoader data(std::make_shared<ReadySamples>(std::move(samples)), handle.inputs(), std::nullopt, 0);
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

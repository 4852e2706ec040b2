#include "adaptors/onnxruntime/testing/quantized.h"

#include <memory>

#include "adaptors/onnxruntime/adaptor.h"
#include "adaptors/onnxruntime/model_handle.h"

namespace halftone::onnxruntime::testing {
namespace {

/// One sample that is there already.
class OneItem : public DataSource {
 public:
  explicit OneItem(NamedTensors inputs) : inputs_(std::move(inputs)) {}
  std::string spec() const override { return "one"; }
  std::optional<std::size_t> size() const override { return 1; }
  DataItem item(std::size_t) const override { return {"0", inputs_, {}}; }
  std::string id(std::size_t) const override { return "0"; }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "one"; }

 private:
  NamedTensors inputs_;
};

}  // namespace

Quantized quantize(const OnnxModel& model, const NamedTensors& inputs) {
  AdaptorOptions options;
  options.key = "onnxrt_qdq";
  options.capability_folder = HALFTONE_CAPABILITY_SOURCES;
  const OnnxRuntimeAdaptor adaptor(options);
  const OnnxModelHandle handle(model);
  const DataLoader data(std::make_shared<OneItem>(inputs), handle.inputs(), std::nullopt, 0);
  const TuneConfig config = default_config(adaptor.graph(handle), adaptor.query_fw_capability(handle), std::nullopt);
  QuantizeResult result = adaptor.quantize(config, handle, data, {});
  // As a file would be read: nothing may live in the objects alone.
  const auto bytes = std::make_shared<const std::string>(write_model(OnnxModelHandle::of(*result.model).onnx()));
  return {read_model(*bytes, bytes), std::move(result.plan)};
}

}  // namespace halftone::onnxruntime::testing

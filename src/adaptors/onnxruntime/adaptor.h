#pragma once

#include "adaptors/onnxruntime/query.h"
#include "adaptors/onnxruntime/runtime.h"
#include "halftone/adaptor.h"

namespace halftone::onnxruntime {

/// ONNX models, run by the user's ONNX Runtime on the CPU.
class OnnxRuntimeAdaptor : public Adaptor {
 public:
  /// Finds and opens the runtime. Throws framework_missing, unsupported for a version without a capability section,
  /// configuration for a format or file that does not fit the key.
  explicit OnnxRuntimeAdaptor(AdaptorOptions options);

  FrameworkVersion framework() const override;
  const QueryBackendCapability& query() const override { return query_; }
  std::string snippet(const std::filesystem::path& model) const override;

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override;
  std::string do_save(const Model& model, const std::filesystem::path& path) const override;
  std::unique_ptr<Model> do_prepare(const Model& model) const override;
  GraphView do_graph(const Model& model) const override;
  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const override;
  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override;
  ConvertedFormat do_convert_format(const Model& model, QuantFormat format) const override;
  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override;
  std::optional<std::vector<StoredConstant>> do_stored_constants(const Model& model) const override;
  std::unique_ptr<Model> do_replace_constants(const Model& model, const NamedTensors& constants) const override;

  const Runtime& runtime_;
  ONNXRTQuery query_;
};

}  // namespace halftone::onnxruntime

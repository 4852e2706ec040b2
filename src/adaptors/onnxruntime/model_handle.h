#pragma once

#include <mutex>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/adaptor.h"

namespace halftone::onnxruntime {

/// The adaptor's Model.
class OnnxModelHandle : public Model {
 public:
  explicit OnnxModelHandle(OnnxModel model) : model_(std::move(model)) {}
  const OnnxModel& onnx() const { return model_; }
  std::vector<TensorSignature> inputs() const override;
  std::vector<TensorSignature> outputs() const override;
  std::string sha256() const override;
  std::uint64_t size_bytes() const override;

  /// The handle behind a Model of this adaptor; throws invalid_argument for another adaptor's.
  static const OnnxModelHandle& of(const Model& model);

 private:
  OnnxModel model_;
  mutable std::once_flag hashed_;
  mutable std::string sha256_;
};

}  // namespace halftone::onnxruntime

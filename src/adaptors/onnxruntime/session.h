#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"
#include "adaptors/onnxruntime/tensor_type.h"
#include "halftone/adaptor.h"

namespace halftone::onnxruntime {

/// How far the runtime rewrites a model before running it.
enum class Optimization {
  none,
  fused,     ///< fusions, no change of memory layout: what can still be read in the result
  complete,  ///< as in deployment
};

/// How a model is opened.
struct Opening {
  int threads = 1;
  Optimization level = Optimization::complete;
  bool lay_out_weights = true;           ///< a copy of them as the kernels like them best
  std::filesystem::path optimized_file;  ///< where given, receives the model as the runtime has rewritten it
};
/// Opens a model. Its weights stay in the files it was read from.
Handle<OrtSession> open_session(const Runtime& runtime, const OnnxModel& model, const Opening& opening);
/// Opens the bytes of a model as they are, as a user of the plain runtime does.
Handle<OrtSession> open_session(const Runtime& runtime, const std::string& bytes);

/// A model running in the runtime; several threads may run it at once.
class OnnxSession : public Session {
 public:
  /// Adds an observing op for each tensor to a copy of the model. Throws invalid_argument for an unknown tensor.
  OnnxSession(const Runtime& runtime, const OnnxModel& model, const RunOptions& options);
  ~OnnxSession() override;
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;
  bool concurrent() const override { return true; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const override;
  void require_inputs(const NamedTensors& given) const;

  const Runtime& runtime_;
  Handle<OrtSession> session_;
  std::vector<std::string> inputs_, outputs_;
};

/// Element types and shapes of tensors of the model and of its subgraphs, in their order, as the runtime infers them
/// when it opens the model. None of them may be a sequence or a map. Throws invalid_model when it cannot open it.
std::vector<TensorType> observed_types(const Runtime& runtime, const OnnxModel& model,
                                       const std::vector<std::string>& tensors);

/// Runs a model without inputs once and gives its outputs.
NamedTensors run_once(const Runtime& runtime, const OnnxModel& model);

}  // namespace halftone::onnxruntime

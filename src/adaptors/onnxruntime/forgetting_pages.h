#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// As long as it lives, gives the memory of a model's files that the runtime has mapped back to the system, soon after
/// it was looked at: what is read once need not stay. Constants are never written to, so that nothing is lost.
class ForgettingPages {
 public:
  explicit ForgettingPages(const OnnxModel& model);

 private:
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::jthread thread_;  ///< last: it uses the others
};

}  // namespace halftone::onnxruntime

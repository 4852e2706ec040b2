#pragma once

#include <onnxruntime_c_api.h>

#include <exception>
#include <map>

#include "adaptors/onnxruntime/runtime.h"
#include "adaptors/onnxruntime/tensor_type.h"
#include "halftone/adaptor.h"

namespace halftone::onnxruntime {

/// Name and domain of the op that shows a tensor to an observer while the model runs. Showing tensors in place keeps
/// the runtime's reuse of memory; asking for them as outputs would hold all of them until the end of the run.
inline constexpr const char* kObserveType = "Observe";
inline constexpr const char* kObserveDomain = "halftone";
inline constexpr const char* kObserveIndex = "index";

/// The domain that holds the op, for a runtime; lives as long as the runtime.
OrtCustomOpDomain* observe_domain(const Runtime& runtime);

/// The observer of the runs on this thread, for as long as it lives. The runtime runs a session's nodes on the thread
/// that called it.
class ObserverScope {
 public:
  explicit ObserverScope(const TensorObserver& observer);
  ~ObserverScope();
  ObserverScope(const ObserverScope&) = delete;
  ObserverScope& operator=(const ObserverScope&) = delete;
  /// Throws again what the observer threw inside the runtime, which must not unwind through its C interface.
  void rethrow_if_failed();

 private:
  const TensorObserver* outer_;
};

/// Type of the tensor that each occurrence of the op reads, by index.
using ObservedTypes = std::map<std::int64_t, TensorType>;

/// Where sessions that this thread opens write the types that the runtime has inferred, for as long as it lives. The
/// runtime makes a session's kernels on the thread that opens it.
class TypeScope {
 public:
  explicit TypeScope(ObservedTypes& types);
  ~TypeScope();
  TypeScope(const TypeScope&) = delete;
  TypeScope& operator=(const TypeScope&) = delete;

 private:
  ObservedTypes* outer_;
};

}  // namespace halftone::onnxruntime

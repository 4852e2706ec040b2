#pragma once

#include "halftone/capability.h"

namespace halftone::onnxruntime {

/// The Query API over the runtime's version and a backend's capability file.
class ONNXRTQuery : public QueryBackendCapability {
 public:
  using QueryBackendCapability::QueryBackendCapability;
};

}  // namespace halftone::onnxruntime

#pragma once

#include <onnxruntime_c_api.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/error.h"

namespace halftone::onnxruntime {

/// The oldest interface of the runtime that has all we call; libraries answer for every older one. (The headers may be
/// newer, the library may be anything from 1.17 on.)
inline constexpr int kApiVersion = 17;

/// The runtime's library, opened once a process and path, and never closed.
class Runtime {
 public:
  /// `library`: path or loader name. Switches the runtime's telemetry off before opening it. Throws framework_missing
  /// when it cannot be opened, unsupported when it is too old.
  static const Runtime& open(const std::string& library);

  const OrtApi& api() const { return *api_; }
  OrtEnv* environment() const { return environment_; }
  const std::string& version() const { return version_; }
  bool version_at_least(int major, int minor) const;
  const std::string& library() const { return library_; }

  /// Throws for a failed call: the one place where the runtime's errors become ours. `otherwise` is the code of those
  /// that the runtime does not tell apart.
  void check(OrtStatus* status, ErrorCode otherwise = ErrorCode::framework) const;

 private:
  explicit Runtime(const std::string& library);
  const OrtApi* api_ = nullptr;
  OrtEnv* environment_ = nullptr;
  std::string version_;
  std::string library_;
};

/// Where to look for the library when the user names none.
std::string find_runtime(const std::string& explicit_path);

/// Releases one of the runtime's objects.
template <typename T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

}  // namespace halftone::onnxruntime

#include "adaptors/onnxruntime/runtime.h"

#include <dlfcn.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "adaptor/framework_library.h"
#include "adaptors/onnxruntime/run_memory.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

constexpr const char* kInstallHint = "pip install onnxruntime";

ErrorCode code_of(OrtErrorCode code, ErrorCode otherwise) {
  switch (code) {
    case ORT_INVALID_PROTOBUF:
    case ORT_INVALID_GRAPH:
    case ORT_NO_MODEL:
    case ORT_NO_SUCHFILE:
      return ErrorCode::invalid_model;
    case ORT_INVALID_ARGUMENT:
      return ErrorCode::invalid_data;
    case ORT_NOT_IMPLEMENTED:
      return ErrorCode::unsupported;
    default:
      return otherwise;
  }
}

/// The module of the runtime's Python package, which brings a copy of the runtime of its own.
constexpr const char* kModule = "onnxruntime_pybind11_state";

/// The interface of that copy, where the module handed it over (handover.cpp); null otherwise.
const OrtApiBase* handed_over() {
  Dl_info own{};
  if (dladdr(reinterpret_cast<const void*>(&handed_over), &own) == 0 || own.dli_fname == nullptr) return nullptr;
  const auto library = std::filesystem::path(own.dli_fname).parent_path() / "libhalftone_onnxruntime_handover.so";
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  if (handle == nullptr) return nullptr;
  using Entry = const OrtApiBase* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "halftone_handed_over"));
  return entry == nullptr ? nullptr : entry();
}

bool is_module(const std::string& library) {
  return std::filesystem::path(library).filename().string().starts_with(kModule);
}

const OrtApiBase* api_base_of(const std::string& library) {
  if (is_module(library)) {
    if (const OrtApiBase* base = handed_over()) return base;
    throw Error(ErrorCode::framework_missing, library + " is the runtime's Python module, which gives no interface",
                "name the library beside it, libonnxruntime.so");
  }
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw Error(ErrorCode::framework_missing,
                "ONNX Runtime's library " + library + " cannot be opened: " + (reason ? reason : "unknown reason"),
                kInstallHint);
  }
  using Entry = const OrtApiBase* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "OrtGetApiBase"));
  if (entry == nullptr) {
    throw Error(ErrorCode::framework_missing, library + " is not ONNX Runtime: it has no OrtGetApiBase", kInstallHint);
  }
  const OrtApiBase* base = entry();
  if (base == nullptr) {
    throw Error(ErrorCode::framework_missing, library + " is not ONNX Runtime: it gives no interface", kInstallHint);
  }
  return base;
}

}  // namespace

Runtime::Runtime(const std::string& library) : library_(library) {
  // Read by the library when it is opened; without it some releases write an identifier below HOME and name a
  // collector.
  setenv("ORT_DISABLE_TELEMETRY", "1", /*overwrite=*/1);
  const OrtApiBase* base = api_base_of(library);
  version_ = base->GetVersionString();
  api_ = base->GetApi(kApiVersion);
  if (api_ == nullptr) {
    throw Error(ErrorCode::unsupported,
                "ONNX Runtime " + version_ + " (" + library + ") is older than 1." + std::to_string(kApiVersion),
                "pip install --upgrade onnxruntime");
  }
  check(api_->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "halftone", &environment_));
  check(api_->DisableTelemetryEvents(environment_));
  OrtMemoryInfo* memory = nullptr;
  check(api_->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory));
  check(api_->RegisterAllocator(environment_, run_memory(memory)));
}

const Runtime& Runtime::open(const std::string& library) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Runtime>> opened;
  const std::scoped_lock lock(mutex);
  std::unique_ptr<Runtime>& runtime = opened[library];
  if (!runtime) runtime.reset(new Runtime(library));
  return *runtime;
}

void Runtime::check(OrtStatus* status, ErrorCode otherwise) const {
  if (status == nullptr) return;
  const ErrorCode code = code_of(api_->GetErrorCode(status), otherwise);
  const std::string message = api_->GetErrorMessage(status);
  api_->ReleaseStatus(status);
  throw Error(code, "ONNX Runtime " + version_ + ": " + message);
}

std::string find_runtime(const std::string& explicit_path) {
  std::vector<std::string> modules;
  if (handed_over() != nullptr) modules.emplace_back(kModule);
  return find_framework_library({.framework = "ONNX Runtime",
                                 .explicit_path = explicit_path,
                                 .environment_variable = "HALFTONE_ONNXRUNTIME_LIBRARY",
                                 .package_folder = "onnxruntime/capi",
                                 .file_prefix = "libonnxruntime.so",
                                 .system_names = {"libonnxruntime.so.1", "libonnxruntime.so"},
                                 .install_hint = kInstallHint,
                                 .module_prefixes = std::move(modules)});
}

bool Runtime::version_at_least(int major, int minor) const {
  int own_major = 0, own_minor = 0;
  const char* const end = version_.data() + version_.size();
  const auto [dot, failed] = std::from_chars(version_.data(), end, own_major);
  if (failed == std::errc{} && dot != end) std::from_chars(dot + 1, end, own_minor);
  return std::pair(own_major, own_minor) >= std::pair(major, minor);
}

}  // namespace halftone::onnxruntime

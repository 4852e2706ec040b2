#include "adaptors/onnxruntime/observe_op.h"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "adaptors/onnxruntime/tensor_value.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

thread_local const TensorObserver* current_observer = nullptr;
thread_local std::exception_ptr failure;
thread_local ObservedTypes* current_types = nullptr;

/// The op's definition; `op` comes first so that the runtime's pointer is ours.
struct ObserveOp {
  OrtCustomOp op{};
  const Runtime* runtime = nullptr;
};

/// One occurrence of the op in a session.
struct ObserveKernel {
  const Runtime* runtime;
  std::int64_t index;
};

void note_type(const Runtime& runtime, const OrtKernelInfo& info, std::int64_t index) {
  if (current_types == nullptr) return;
  OrtTypeInfo* raw = nullptr;
  runtime.check(runtime.api().KernelInfo_GetInputTypeInfo(&info, 0, &raw));
  const Handle<OrtTypeInfo> type(raw, runtime.api().ReleaseTypeInfo);
  current_types->insert_or_assign(index, read_tensor_type(runtime, *raw));
}

OrtStatus* create_kernel(const OrtCustomOp* op, const OrtApi* api, const OrtKernelInfo* info, void** kernel) {
  std::int64_t index = 0;
  if (OrtStatus* status = api->KernelInfoGetAttribute_int64(info, kObserveIndex, &index)) return status;
  const Runtime* runtime = reinterpret_cast<const ObserveOp*>(op)->runtime;
  try {
    note_type(*runtime, *info, index);
  } catch (const std::exception& error) {  // nothing may unwind through a C interface
    return api->CreateStatus(ORT_FAIL, error.what());
  }
  *kernel = new ObserveKernel{runtime, index};
  return nullptr;
}

void show_to_observer(const ObserveKernel& kernel, OrtKernelContext* context) {
  const Runtime& runtime = *kernel.runtime;
  const OrtValue* input = nullptr;
  runtime.check(runtime.api().KernelContext_GetInput(context, 0, &input));
  const std::int64_t scalar = 1;
  OrtValue* output = nullptr;
  runtime.check(runtime.api().KernelContext_GetOutput(context, 0, &scalar, 1, &output));
  if (current_observer != nullptr && *current_observer) {
    (*current_observer)(static_cast<std::size_t>(kernel.index), view_of_value(runtime, *input));
  }
}

OrtStatus* compute(void* kernel, OrtKernelContext* context) {
  const auto& self = *static_cast<const ObserveKernel*>(kernel);
  try {
    show_to_observer(self, context);
    return nullptr;
  } catch (...) {  // kept for rethrow_if_failed(): nothing may unwind through a C interface
    failure = std::current_exception();
    return self.runtime->api().CreateStatus(ORT_FAIL, "the observer failed");
  }
}

ObserveOp make_op(const Runtime& runtime) {
  ObserveOp self;
  self.runtime = &runtime;
  OrtCustomOp& op = self.op;
  op.version = kApiVersion;
  op.GetName = [](const OrtCustomOp*) { return kObserveType; };
  op.GetExecutionProviderType = [](const OrtCustomOp*) -> const char* { return nullptr; };
  op.GetInputType = [](const OrtCustomOp*, std::size_t) { return ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED; };
  op.GetInputTypeCount = [](const OrtCustomOp*) -> std::size_t { return 1; };
  op.GetOutputType = [](const OrtCustomOp*, std::size_t) { return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT; };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> std::size_t { return 1; };
  op.GetInputCharacteristic = [](const OrtCustomOp*, std::size_t) { return INPUT_OUTPUT_REQUIRED; };
  op.GetOutputCharacteristic = [](const OrtCustomOp*, std::size_t) { return INPUT_OUTPUT_REQUIRED; };
  op.GetInputMemoryType = [](const OrtCustomOp*, std::size_t) { return OrtMemTypeDefault; };
  op.CreateKernelV2 = create_kernel;
  op.KernelComputeV2 = compute;
  op.KernelDestroy = [](void* kernel) { delete static_cast<ObserveKernel*>(kernel); };
  op.GetStartVersion = [](const OrtCustomOp*) { return 1; };
  op.GetEndVersion = [](const OrtCustomOp*) { return 1; };
  return self;
}

}  // namespace

OrtCustomOpDomain* observe_domain(const Runtime& runtime) {
  struct Domain {
    ObserveOp op;
    OrtCustomOpDomain* handle = nullptr;
  };
  static std::mutex mutex;
  // Never destroyed, as the runtime's library is never closed: a session may live until the process ends.
  static auto& domains = *new std::map<const Runtime*, std::unique_ptr<Domain>>;
  const std::scoped_lock lock(mutex);
  std::unique_ptr<Domain>& domain = domains[&runtime];
  if (domain) return domain->handle;
  auto created = std::make_unique<Domain>(Domain{make_op(runtime)});
  runtime.check(runtime.api().CreateCustomOpDomain(kObserveDomain, &created->handle));
  runtime.check(runtime.api().CustomOpDomain_Add(created->handle, &created->op.op));
  domain = std::move(created);
  return domain->handle;
}

ObserverScope::ObserverScope(const TensorObserver& observer) : outer_(std::exchange(current_observer, &observer)) {
  failure = nullptr;
}

ObserverScope::~ObserverScope() { current_observer = outer_; }

void ObserverScope::rethrow_if_failed() {
  if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
}

TypeScope::TypeScope(ObservedTypes& types) : outer_(std::exchange(current_types, &types)) {}

TypeScope::~TypeScope() { current_types = outer_; }

}  // namespace halftone::onnxruntime

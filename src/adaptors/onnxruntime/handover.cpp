// A library of its own, which the runtime's Python module opens as it opens libraries of custom operators, to hand over
// the interface of the copy that it holds: the module exports nothing but its initialisation. It registers no operator.
#define ORT_API_MANUAL_INIT
#include <onnxruntime_c_api.h>

namespace {

const OrtApiBase* g_handed_over = nullptr;

}  // namespace

extern "C" {

// The name that the runtime looks for.
// NOLINTNEXTLINE(readability-identifier-naming)
__attribute__((visibility("default"))) OrtStatus* RegisterCustomOps(OrtSessionOptions*, const OrtApiBase* base) {
  g_handed_over = base;
  return nullptr;
}

__attribute__((visibility("default"))) const OrtApiBase* halftone_handed_over() { return g_handed_over; }
}

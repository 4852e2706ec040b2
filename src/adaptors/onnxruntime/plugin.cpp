#include "halftone/plugin.h"

#include "adaptors/onnxruntime/adaptor.h"

namespace {

void register_adaptors(halftone::PluginRegistrar& registrar) {
  for (const char* key : {"onnxruntime", "onnxrt_qdq", "onnxrt_qlinear", "onnxrt_integer", "onnxrt_weight_only"}) {
    registrar.add_adaptor(key, [](halftone::AdaptorOptions options) {
      return std::make_unique<halftone::onnxruntime::OnnxRuntimeAdaptor>(std::move(options));
    });
  }
}

}  // namespace

HALFTONE_PLUGIN(register_adaptors)

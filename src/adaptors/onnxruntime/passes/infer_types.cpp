#include "adaptors/onnxruntime/passes/infer_types.h"

#include <unordered_set>

#include "adaptors/onnxruntime/session.h"

namespace halftone::onnxruntime {
namespace {

TensorTypes declared_types(const OnnxModel& model, const std::set<std::string>& names) {
  TensorTypes types;
  for (const auto* values : {&model.graph.inputs, &model.graph.value_infos, &model.graph.outputs}) {
    for (const OnnxValueInfo& value : *values) {
      if (names.contains(value.name)) types.try_emplace(value.name, TensorType{value.dtype, value.shape});
    }
  }
  for (const OnnxInitializer& initializer : model.graph.initializers) {
    if (!names.contains(initializer.name)) continue;
    const Tensor value = read_tensor(initializer.message, *model.files);
    types.insert_or_assign(initializer.name, TensorType{value.dtype(), value.shape()});
  }
  return types;
}

/// The model with further outputs, so that the runtime tells their types.
OnnxModel with_outputs(OnnxModel model, const std::set<std::string>& names) {
  std::unordered_set<std::string> present;
  for (const OnnxValueInfo& output : model.graph.outputs) present.insert(output.name);
  for (const std::string& name : names) {
    if (present.contains(name)) continue;
    model.graph.outputs.push_back({name, model.keep(write_untyped_value(name)), std::nullopt, std::nullopt});
  }
  return model;
}

TensorType type_of_output(const Runtime& runtime, const OrtSession& session, std::size_t index) {
  const OrtApi& api = runtime.api();
  OrtTypeInfo* raw = nullptr;
  runtime.check(api.SessionGetOutputTypeInfo(&session, index, &raw));
  const Handle<OrtTypeInfo> info(raw, api.ReleaseTypeInfo);
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;
  runtime.check(api.CastTypeInfoToTensorInfo(raw, &tensor));
  if (tensor == nullptr) return {};
  ONNXTensorElementDataType element{};
  std::size_t rank = 0;
  runtime.check(api.GetTensorElementType(tensor, &element));
  runtime.check(api.GetDimensionsCount(tensor, &rank));
  TensorType type{dtype_of_onnx(static_cast<int>(element)), std::nullopt};
  if (rank == 0) return type;
  type.shape.emplace(rank);
  runtime.check(api.GetDimensions(tensor, type.shape->data(), rank));
  return type;
}

}  // namespace

TensorTypes infer_types(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names) {
  TensorTypes types = declared_types(model, names);
  std::set<std::string> open;
  for (const std::string& name : names) {
    const auto known = types.find(name);
    if (known == types.end() || !known->second.dtype || !known->second.shape) open.insert(name);
  }
  if (open.empty()) return types;
  const OnnxModel probe = with_outputs(model, open);
  const auto session = open_session(runtime, probe, /*threads=*/1, Optimization::none);
  // Outputs keep the order of the file.
  for (std::size_t i = 0; i < probe.graph.outputs.size(); ++i) {
    const std::string& name = probe.graph.outputs[i].name;
    if (open.contains(name)) types.insert_or_assign(name, type_of_output(runtime, *session, i));
  }
  return types;
}

}  // namespace halftone::onnxruntime

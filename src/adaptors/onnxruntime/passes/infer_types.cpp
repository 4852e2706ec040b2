#include "adaptors/onnxruntime/passes/infer_types.h"

#include <unordered_set>

#include "adaptors/onnxruntime/session.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

void add_declared_types(const OnnxGraph& graph, const std::set<std::string>& names, TensorTypes& types) {
  for (const auto* values : {&graph.inputs, &graph.value_infos, &graph.outputs}) {
    for (const OnnxValueInfo& value : *values) {
      if (names.contains(value.name)) types.try_emplace(value.name, TensorType{value.dtype, value.shape});
    }
  }
  for (const OnnxInitializer& initializer : graph.initializers) {
    if (!names.contains(initializer.name)) continue;
    TensorHeader header = read_tensor_header(initializer.message);
    types.insert_or_assign(initializer.name, TensorType{header.dtype, std::move(header.shape)});
  }
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
  OrtTypeInfo* raw = nullptr;
  runtime.check(runtime.api().SessionGetOutputTypeInfo(&session, index, &raw));
  const Handle<OrtTypeInfo> info(raw, runtime.api().ReleaseTypeInfo);
  return read_tensor_type(runtime, *raw);
}

void add_types_of_outputs(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names,
                          TensorTypes& types) {
  if (names.empty()) return;
  const OnnxModel probe = with_outputs(model, names);
  const auto session = open_session(runtime, probe, {.level = Optimization::none, .lay_out_weights = false});
  // Outputs keep the order of the file.
  for (std::size_t i = 0; i < probe.graph.outputs.size(); ++i) {
    const std::string& name = probe.graph.outputs[i].name;
    if (names.contains(name)) types.insert_or_assign(name, type_of_output(runtime, *session, i));
  }
}

// Subgraphs have the outputs that the op around them expects, so that their tensors are only observed. That fails where
// an op of another domain reads a sequence; then nothing is known of them.
void add_types_of_subgraphs(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names,
                            TensorTypes& types) {
  if (names.empty()) return;
  const std::vector<std::string> ordered(names.begin(), names.end());
  try {
    const std::vector<TensorType> found = observed_types(runtime, model, ordered);
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      if (found[i].dtype) types.insert_or_assign(ordered[i], found[i]);
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_model) throw;
  }
}

std::unordered_set<std::string> names_of_subgraphs(const OnnxModel& model) {
  std::unordered_set<std::string> names;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    if (graph != &model.graph) names.merge(defined_names(*graph));
  }
  return names;
}

bool is_open(const TensorTypes& types, const std::string& name) {
  const auto known = types.find(name);
  return known == types.end() || !known->second.dtype || !known->second.shape;
}

}  // namespace

TensorTypes infer_types(const OnnxModel& model, const Runtime& runtime, const std::set<std::string>& names) {
  TensorTypes types;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) add_declared_types(*graph, names, types);
  const std::unordered_set<std::string> nested = names_of_subgraphs(model);
  std::set<std::string> outer, inner;
  for (const std::string& name : names) {
    if (is_open(types, name)) (nested.contains(name) ? inner : outer).insert(name);
  }
  add_types_of_outputs(model, runtime, outer, types);
  add_types_of_subgraphs(model, runtime, inner, types);
  return types;
}

}  // namespace halftone::onnxruntime

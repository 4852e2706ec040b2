#include "adaptor/diagnosis.h"

#include <algorithm>
#include <set>

#include "adaptor/op_errors.h"
#include "halftone/error.h"

namespace halftone {
namespace {

std::vector<std::string> input_names(const Model& model) {
  std::vector<std::string> names;
  for (const TensorSignature& input : model.inputs()) names.push_back(input.name);
  return names;
}

/// Names of the units that a configuration quantizes, by their anchors.
std::set<std::string> quantized_units(const TuneConfig* config) {
  std::set<std::string> names;
  if (config == nullptr) return names;
  for (const auto& [name, unit] : config->units) {
    if (unit.choice) names.insert(name);
  }
  return names;
}

std::vector<TensorError> errors_of_outputs(const GraphView& graph, const std::vector<TensorError>& errors) {
  std::vector<TensorError> outputs;
  for (const TensorId id : graph.outputs()) {
    const auto found = std::ranges::find(errors, graph.tensor(id).name, &TensorError::tensor);
    if (found != errors.end() && found->values > 0) outputs.push_back(*found);
  }
  return outputs;
}

}  // namespace

Diagnosis diagnose(const ObservedModel& in_float, const ObservedModel& quantized, const DataLoader& data,
                   const DiagnosisOptions& options, Progress& progress) {
  const GraphView graph = in_float.adaptor.graph(in_float.model);
  const std::vector<std::string> tensors = tensors_in_common(graph, quantized.adaptor.graph(quantized.model));
  if (tensors.empty()) {
    throw Error(ErrorCode::invalid_model, "the models have no tensor of the same name in common",
                "is the second one made from the first?");
  }
  const std::vector<TensorError> errors =
      compare_tensors(in_float, quantized, tensors, data, options.threads, progress);
  const std::set<std::string> chosen = quantized_units(options.tune_cfg);
  Diagnosis diagnosis;
  for (const OpError& found : rank_ops(graph, errors)) {
    const OpNode& op = graph.op(found.op);
    diagnosis.ops.push_back({op.name, op.type, found.error, found.added, chosen.contains(op.name)});
  }
  diagnosis.outputs = errors_of_outputs(graph, errors);
  if (!options.save_path.empty()) save_diagnosis(diagnosis, options.save_path);
  return diagnosis;
}

Diagnosis Adaptor::do_diagnosis_helper(const Model& fp32_model, const Model& int8_model, const DataLoader& data,
                                       const DiagnosisOptions& options) const {
  const std::unique_ptr<Model> prepared = prepare(fp32_model);
  return diagnose({*this, *prepared, input_names(*prepared)}, {*this, int8_model, input_names(int8_model)}, data,
                  options, progress());
}

}  // namespace halftone

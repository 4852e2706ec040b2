#include "halftone/adaptor.h"

#include "adaptor/timed_pass.h"
#include "halftone/error.h"

namespace halftone {

Adaptor::Adaptor(AdaptorOptions options) : options_(std::move(options)) {}
Adaptor::~Adaptor() = default;

Progress& Adaptor::progress() const { return options_.progress != nullptr ? *options_.progress : silent_progress(); }

std::unique_ptr<Model> Adaptor::load(const ModelSource& source) const {
  return timed_stage(progress(), "load model", "'" + source.path.string() + "'", [&] { return do_load(source); });
}

std::string Adaptor::save(const Model& model, const std::filesystem::path& path) const {
  return timed_stage(progress(), "save model", "'" + path.string() + "'", [&] { return do_save(model, path); });
}

std::unique_ptr<Model> Adaptor::prepare(const Model& model) const {
  return timed_stage(progress(), "prepare model", "", [&] { return do_prepare(model); });
}

GraphView Adaptor::graph(const Model& model) const {
  return timed_pass(progress(), "read graph", "", [&] { return do_graph(model); });
}

std::unique_ptr<Session> Adaptor::open(const Model& model, const RunOptions& options) const {
  return timed_pass(progress(), "open model", "", [&] { return do_open(model, options); });
}

std::unique_ptr<Model> Adaptor::convert(const Model& model, const QuantizationPlan& plan) const {
  return timed_stage(progress(), "convert model", "", [&] { return do_convert(model, plan); });
}

ConvertedFormat Adaptor::convert_format(const Model& model, QuantFormat format) const {
  return timed_pass(progress(), "convert format", "", [&] { return do_convert_format(model, format); });
}

ConvertedFormat Adaptor::do_convert_format(const Model&, QuantFormat format) const {
  throw Error(ErrorCode::unsupported, "backend '" + options_.key + "' rewrites no quantized model into the format " +
                                          std::string(to_string(format)));
}

std::optional<std::vector<ExecutedOp>> Adaptor::executed_ops(const Model& model) const {
  return timed_pass(progress(), "ask what runs", "", [&] { return do_executed_ops(model); });
}

std::optional<std::vector<ExecutedOp>> Adaptor::do_executed_ops(const Model&) const { return std::nullopt; }

std::optional<std::vector<StoredConstant>> Adaptor::stored_constants(const Model& model) const {
  return timed_pass(progress(), "find stored constants", "", [&] { return do_stored_constants(model); });
}

std::optional<std::vector<StoredConstant>> Adaptor::do_stored_constants(const Model&) const { return std::nullopt; }

Measurement Adaptor::evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                              const Model* reference) const {
  return timed_pass(progress(), "evaluate", "", [&] { return do_evaluate(model, data, options, reference); });
}

InspectResult Adaptor::inspect_tensor(const Model& model, const DataLoader* data, const InspectOptions& options) const {
  return timed_pass(progress(), "inspect tensors", "", [&] { return do_inspect_tensor(model, data, options); });
}

Diagnosis Adaptor::diagnosis_helper(const Model& fp32_model, const Model& int8_model, const DataLoader& data,
                                    const DiagnosisOptions& options) const {
  return timed_pass(progress(), "diagnose", "",
                    [&] { return do_diagnosis_helper(fp32_model, int8_model, data, options); });
}

std::string Adaptor::snippet(const std::filesystem::path&) const { return {}; }

QueryBackendCapability Adaptor::do_query(const Model&) const { return query(); }

Capability Adaptor::query_fw_capability(const Model& model) const {
  return query_fw_capability(model, graph(model), options_.constraints);
}

Capability Adaptor::query_fw_capability(const Model& model, const GraphView& graph,
                                        const UserConstraints& constraints) const {
  return timed_pass(progress(), "query capability", "", [&] {
    QueryBackendCapability query = do_query(model);
    query.set_quantization_config(constraints);
    return query.capability_of(graph, options_.target);
  });
}

std::vector<FusedPattern> Adaptor::query_fused_patterns(const Model& model) const {
  return timed_pass(progress(), "query fused patterns", "", [&] { return query_fw_capability(model).fusions; });
}

}  // namespace halftone

#include "halftone/adaptor.h"

#include <cmath>

#include "adaptor/constrained_capability.h"
#include "halftone/error.h"

namespace halftone {
namespace {

// Runs one public function: names it in errors, shows it as a stage and tells its time.
template <typename Work>
auto timed_pass(Progress& progress, const std::string& name, const std::string& subject, Work work) {
  const ErrorContext frame([&] { return name + (subject.empty() ? "" : " " + subject); });
  Stage stage(progress, name);
  auto result = work();
  progress.detail("Pass " + name + ": " + std::to_string(std::lround(stage.seconds() * 1'000)) + " ms");
  return result;
}

}  // namespace

Adaptor::Adaptor(AdaptorOptions options) : options_(std::move(options)) {}
Adaptor::~Adaptor() = default;

Progress& Adaptor::progress() const { return options_.progress != nullptr ? *options_.progress : silent_progress(); }

Capability constrained_capability(const Adaptor& adaptor, const GraphView& graph, const UserConstraints& constraints) {
  const ErrorContext frame("querying the capability");
  QueryBackendCapability query = adaptor.query();
  query.set_quantization_config(constraints);
  return query.capability_of(graph, adaptor.options().target);
}

std::unique_ptr<Model> Adaptor::load(const ModelSource& source) const {
  return timed_pass(progress(), "load model", "'" + source.path.string() + "'", [&] { return do_load(source); });
}

void Adaptor::save(const Model& model, const std::filesystem::path& path) const {
  timed_pass(progress(), "save model", "'" + path.string() + "'", [&] {
    do_save(model, path);
    return true;
  });
}

std::unique_ptr<Model> Adaptor::prepare(const Model& model) const {
  return timed_pass(progress(), "prepare model", "", [&] { return do_prepare(model); });
}

GraphView Adaptor::graph(const Model& model) const {
  const ErrorContext frame("reading the graph");
  return do_graph(model);
}

std::unique_ptr<Session> Adaptor::open(const Model& model, const RunOptions& options) const {
  const ErrorContext frame("opening the model");
  return do_open(model, options);
}

std::unique_ptr<Model> Adaptor::convert(const Model& model, const QuantizationPlan& plan) const {
  return timed_pass(progress(), "convert model", "", [&] { return do_convert(model, plan); });
}

std::optional<std::vector<ExecutedOp>> Adaptor::executed_ops(const Model& model) const {
  const ErrorContext frame("asking the framework what it runs");
  return do_executed_ops(model);
}

std::optional<std::vector<ExecutedOp>> Adaptor::do_executed_ops(const Model&) const { return std::nullopt; }

std::string Adaptor::snippet(const std::filesystem::path&) const { return {}; }

Capability Adaptor::query_fw_capability(const Model& model) const {
  return constrained_capability(*this, graph(model), options_.constraints);
}

std::vector<FusedPattern> Adaptor::query_fused_patterns(const Model& model) const {
  return query_fw_capability(model).fusions;
}

}  // namespace halftone

#include "adaptors/onnxruntime/session.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/observe_op.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/run_memory.h"
#include "adaptors/onnxruntime/tensor_value.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

GraphOptimizationLevel level_of(Optimization optimization) {
  switch (optimization) {
    case Optimization::none:
      return ORT_DISABLE_ALL;
    case Optimization::fused:
      return ORT_ENABLE_EXTENDED;
    default:
      return ORT_ENABLE_ALL;
  }
}

Handle<OrtSessionOptions> make_options(const Runtime& runtime, int threads, Optimization optimization,
                                       bool lay_out_weights) {
  const OrtApi& api = runtime.api();
  OrtSessionOptions* raw = nullptr;
  runtime.check(api.CreateSessionOptions(&raw));
  Handle<OrtSessionOptions> options(raw, api.ReleaseSessionOptions);
  runtime.check(api.SetIntraOpNumThreads(raw, threads));
  runtime.check(api.SetInterOpNumThreads(raw, 1));
  runtime.check(api.SetSessionExecutionMode(raw, ORT_SEQUENTIAL));
  runtime.check(api.SetSessionGraphOptimizationLevel(raw, level_of(optimization)));
  // Threads of one session must not spin while another one is being measured.
  runtime.check(api.AddSessionConfigEntry(raw, "session.force_spinning_stop", "1"));
  if (!lay_out_weights) {
    runtime.check(api.AddSessionConfigEntry(raw, "session.disable_prepacking", "1"));
  }
  runtime.check(api.AddCustomOpDomain(raw, observe_domain(runtime)));
  return options;
}

/// Where a tensor comes from.
struct Origin {
  OnnxGraph* graph = nullptr;
  std::size_t position = 0;  ///< 1 + index of the node that writes it; 0 for inputs and constants
};

std::optional<std::size_t> position_in(const OnnxGraph& graph, const std::string& name) {
  const auto named = [&](const auto& value) { return value.name == name; };
  if (std::ranges::any_of(graph.inputs, named) || std::ranges::any_of(graph.initializers, named)) return 0;
  const auto writer = std::ranges::find_if(
      graph.nodes, [&](const OnnxNode& node) { return std::ranges::find(node.outputs, name) != node.outputs.end(); });
  if (writer == graph.nodes.end()) return std::nullopt;
  return static_cast<std::size_t>(writer - graph.nodes.begin()) + 1;
}

Origin find_origin(const std::vector<OnnxGraph*>& graphs, const std::string& name) {
  for (OnnxGraph* graph : graphs) {
    if (const auto position = position_in(*graph, name)) return {graph, *position};
  }
  throw Error(ErrorCode::invalid_argument, "the model has no tensor '" + name + "' to observe");
}

void add_observer(OnnxModel& model, OnnxGraph& graph, const std::string& tensor, std::size_t index) {
  OnnxNode node;
  node.name = "halftone_observe_" + std::to_string(index);
  node.op_type = kObserveType;
  node.domain = kObserveDomain;
  node.inputs = {tensor};
  node.outputs = {node.name};
  node.attributes.push_back(make_attribute(model, kObserveIndex, static_cast<std::int64_t>(index)));
  // Subgraphs have the outputs that the op around them expects; there the runtime keeps a node that nobody reads.
  if (&graph == &model.graph) {
    graph.outputs.push_back({node.name, model.keep(write_untyped_value(node.name)), std::nullopt, std::nullopt});
  }
  graph.nodes.push_back(std::move(node));
}

// The runtime orders nodes by going back from those that nobody reads, the last one first. With the observers of late
// tensors before those of early ones each tensor is observed as soon as it is there, and its memory is free again when
// its other readers are done; otherwise nearly all tensors are kept until the end.
OnnxModel with_observers(const OnnxModel& model, const std::vector<std::string>& tensors) {
  OnnxModel observed = model;
  if (tensors.empty()) return observed;
  name_tensors(observed);  // as graph() named them, for a model that was not prepared
  observed.require_domain(kObserveDomain, 1);
  const std::vector<OnnxGraph*> graphs = graphs_inside_out(observed.graph);
  std::vector<std::pair<Origin, std::size_t>> origins;
  for (std::size_t i = 0; i < tensors.size(); ++i) origins.emplace_back(find_origin(graphs, tensors[i]), i);
  std::ranges::stable_sort(origins, std::ranges::greater{}, [](const auto& found) { return found.first.position; });
  for (const auto& [origin, index] : origins) add_observer(observed, *origin.graph, tensors[index], index);
  return observed;
}

// Since that version the runtime can be told where the weights of a model in memory are. (1.19 and 1.20 know the
// option, but their optimizer still asks for the model's own path.)
constexpr const char* kWeightsFolder = "session.model_external_initializers_file_folder_path";
bool finds_weights_in_folder(const Runtime& runtime) { return runtime.version_at_least(1, 21); }

Handle<OrtSession> open_bytes(const Runtime& runtime, const std::string& bytes, const OrtSessionOptions& options) {
  OrtSession* session = nullptr;
  // Whatever else goes wrong here, such as shapes that contradict each other, the model cannot be used.
  runtime.check(
      runtime.api().CreateSessionFromArray(runtime.environment(), bytes.data(), bytes.size(), &options, &session),
      ErrorCode::invalid_model);
  return {session, runtime.api().ReleaseSession};
}

bool observes(const OnnxModel& model) {
  return std::ranges::any_of(model.opsets, [](const auto& opset) { return opset.first == kObserveDomain; });
}

// See run_memory(). Sessions whose speed is measured keep the runtime's own ways.
void spare_memory(const Runtime& runtime, OrtSessionOptions& options) {
  runtime.check(runtime.api().DisableCpuMemArena(&options));
  runtime.check(runtime.api().AddSessionConfigEntry(&options, "session.use_env_allocators", "1"));
  runtime.check(runtime.api().DisableMemPattern(&options));
}

}  // namespace

Handle<OrtSession> open_session(const Runtime& runtime, const OnnxModel& model, const Opening& opening) {
  const auto options = make_options(runtime, opening.threads, opening.level, opening.lay_out_weights);
  if (observes(model)) spare_memory(runtime, *options);
  if (!opening.optimized_file.empty()) {
    runtime.check(runtime.api().SetOptimizedModelFilePath(options.get(), opening.optimized_file.c_str()));
  }
  const bool by_reference = model.files->model_file() != nullptr && finds_weights_in_folder(runtime);
  if (by_reference) {
    runtime.check(
        runtime.api().AddSessionConfigEntry(options.get(), kWeightsFolder, model.files->path().parent_path().c_str()));
  }
  return open_bytes(runtime, serialize(model, by_reference ? Weights::by_reference : Weights::inside).str(), *options);
}

Handle<OrtSession> open_session(const Runtime& runtime, const std::string& bytes) {
  return open_bytes(runtime, bytes, *make_options(runtime, /*threads=*/1, Optimization::complete, true));
}

OnnxSession::OnnxSession(const Runtime& runtime, const OnnxModel& model, const RunOptions& options)
    : runtime_(runtime),
      session_(open_session(runtime, with_observers(model, options.observed_tensors),
                            {.threads = options.threads, .lay_out_weights = !options.once})) {
  for (const OnnxValueInfo& input : model.graph.inputs) inputs_.push_back(input.name);
  for (const OnnxValueInfo& output : model.graph.outputs) outputs_.push_back(output.name);
}

OnnxSession::~OnnxSession() {
  session_.reset();
  trim_run_memory();
}

// The runtime would miss it only when a node reads it.
void OnnxSession::require_inputs(const NamedTensors& given) const {
  for (const std::string& input : inputs_) {
    if (find_tensor(given, input) != nullptr) continue;
    throw Error(ErrorCode::invalid_data, "the model's input '" + input + "' was not given");
  }
}

NamedTensors OnnxSession::do_run(const NamedTensors& inputs, const TensorObserver& observe) const {
  require_inputs(inputs);
  std::vector<Handle<OrtValue>> values;
  std::vector<const OrtValue*> arguments;
  std::vector<const char*> input_names, output_names;
  for (const NamedTensor& input : inputs) {
    values.push_back(make_value(runtime_, input.value));
    arguments.push_back(values.back().get());
    input_names.push_back(input.name.c_str());
  }
  for (const std::string& output : outputs_) output_names.push_back(output.c_str());
  std::vector<OrtValue*> results(outputs_.size(), nullptr);
  ObserverScope scope(observe);
  OrtStatus* status = runtime_.api().Run(session_.get(), nullptr, input_names.data(), arguments.data(),
                                         arguments.size(), output_names.data(), output_names.size(), results.data());
  try {
    // A kernel that fails has met a model that contradicts itself, or data that do not suit it.
    runtime_.check(status, ErrorCode::invalid_model);
  } catch (const Error&) {
    scope.rethrow_if_failed();
    throw;
  }
  std::vector<Handle<OrtValue>> owned;
  for (OrtValue* result : results) owned.emplace_back(result, runtime_.api().ReleaseValue);
  NamedTensors outputs;
  for (std::size_t i = 0; i < owned.size(); ++i) {
    outputs.push_back({outputs_[i], take_value(runtime_, owned[i].release())});
  }
  return outputs;
}

std::vector<TensorType> observed_types(const Runtime& runtime, const OnnxModel& model,
                                       const std::vector<std::string>& tensors) {
  ObservedTypes types;
  const TypeScope scope(types);
  open_session(runtime, with_observers(model, tensors), {.level = Optimization::none, .lay_out_weights = false});
  std::vector<TensorType> ordered;
  for (std::size_t i = 0; i < tensors.size(); ++i) ordered.push_back(types[static_cast<std::int64_t>(i)]);
  return ordered;
}

NamedTensors run_once(const Runtime& runtime, const OnnxModel& model) {
  return OnnxSession(runtime, model, {.threads = 1}).run({});
}

}  // namespace halftone::onnxruntime

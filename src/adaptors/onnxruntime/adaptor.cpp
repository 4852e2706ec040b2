#include "adaptors/onnxruntime/adaptor.h"

#include <string_view>

#include "adaptor/timed_pass.h"
#include "adaptors/onnxruntime/executed_ops.h"
#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/graph_reader.h"
#include "adaptors/onnxruntime/model_handle.h"
#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/session.h"
#include "adaptors/onnxruntime/stored_constants.h"
#include "base/sha256.h"
#include "halftone/error.h"
#include "halftone/version.h"

namespace halftone::onnxruntime {
namespace {

/// A backend: what a key restricts the union to, by the format that it writes.
struct Backend {
  std::string_view format, key, file;
};
constexpr Backend kBackends[] = {{"qdq", "onnxrt_qdq", "onnxrt_qdq.yaml"},
                                 {"integer", "onnxrt_integer", "onnxrt_integer.yaml"},
                                 {"qlinear", "onnxrt_qlinear", "onnxrt_qlinear.yaml"},
                                 {"qlinear", "onnxrt_weight_only", "onnxrt_weight_only.yaml"}};

// A key of one backend takes its file, the union's key the file of the format asked for, or all of them.
std::vector<CapabilityFile> capability_files(const AdaptorOptions& options) {
  std::vector<CapabilityFile> files;
  std::string formats;
  for (const Backend& backend : kBackends) {
    const bool in_key = options.key == "onnxruntime" || options.key == backend.key;
    if (in_key) formats.append(formats.empty() ? "" : " and ").append(backend.format);
    if (!in_key || (!options.format.empty() && options.format != backend.format)) continue;
    files.push_back(load_capability_file(options.capability_folder / backend.file, known_op_types()));
  }
  if (!files.empty()) return files;
  throw Error(ErrorCode::configuration, "backend '" + options.key + "' does not write format '" + options.format + "'",
              "it writes " + formats);
}

// A file's nodes may lack names, or share one: the view needs one for each, as preparation gives them for good.
GraphView named_view(OnnxModel model) {
  name_nodes(model);
  name_tensors(model);
  return read_graph_view(std::move(model));
}

// Names what was decided, so that two models can be told apart by their metadata: choices of all ops, parameters of
// all tensors, and the layout where it is not the usual one.
std::string hash_of_plan(const QuantizationPlan& plan) {
  Sha256 hash;
  for (const OpPlan& op : plan.ops) {
    hash.update(op.name + '\n' + (op.choice ? to_string(*op.choice) : "float") + '\n');
  }
  if (plan.layout.dedicated_pairs) hash.update("dedicated pairs\n");
  if (plan.layout.pairs_on_weights) hash.update("pairs on weights\n");
  for (const TensorPlan& tensor : plan.tensors) {
    hash.update(tensor.tensor + '\n');
    if (!tensor.params) continue;
    hash.update(tensor.params->scale.data(), tensor.params->scale.size() * sizeof(float));
    hash.update(tensor.params->zero_point.data(), tensor.params->zero_point.size() * sizeof(std::int32_t));
  }
  return hash.hex();
}

/// Runs the rewrites of a model one after another and tells of each how many places it changed and how long it took.
class RewriteLog {
 public:
  explicit RewriteLog(Progress& progress) : progress_(progress) {}

  template <typename Rewrite>
  void run(const char* name, Rewrite rewrite) const {
    const PassClock clock(progress_, name);
    tell(name, clock, rewrite());
  }

 private:
  void tell(const char*, const PassClock& clock, int places) const { clock.tell(places); }
  void tell(const char* name, const PassClock& clock, const WholePass& pass) const {
    clock.tell(pass.places);
    if (pass.left_because.empty()) return;
    progress_.detail(std::string("Pass ") + name + ": the model is left as it is, because " + pass.left_because);
  }

  Progress& progress_;
};

}  // namespace

OnnxRuntimeAdaptor::OnnxRuntimeAdaptor(AdaptorOptions options)
    : Adaptor(std::move(options)),
      runtime_(Runtime::open(find_runtime(Adaptor::options().library))),
      query_(capability_files(Adaptor::options()), runtime_.version()) {}

FrameworkVersion OnnxRuntimeAdaptor::framework() const {
  return {"ONNX Runtime", runtime_.version(), runtime_.library()};
}

std::string OnnxRuntimeAdaptor::snippet(const std::filesystem::path& model) const {
  return "import onnxruntime as ort\n"
         "session = ort.InferenceSession(\"" +
         model.string() +
         "\", providers=[\"CPUExecutionProvider\"])\n"
         "outputs = session.run(None, {session.get_inputs()[0].name: batch})\n";
}

std::unique_ptr<Model> OnnxRuntimeAdaptor::do_load(const ModelSource& source) const {
  if (!source.options.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "option '" + source.options.begin()->first + "' has no meaning for ONNX models");
  }
  OnnxModel model = read_model_file(source.path);
  named_view(model);  // a broken graph is refused here, not at its first use
  return std::make_unique<OnnxModelHandle>(std::move(model));
}

std::string OnnxRuntimeAdaptor::do_save(const Model& model, const std::filesystem::path& path) const {
  return save_model(OnnxModelHandle::of(model).onnx(), path, progress());
}

std::unique_ptr<Model> OnnxRuntimeAdaptor::do_prepare(const Model& model) const {
  OnnxModel prepared = OnnxModelHandle::of(model).onnx();
  const RewriteLog log(progress());
  log.run("name tensors of subgraphs", [&] { return name_tensors(prepared); });
  log.run("raise operator set", [&] { return raise_opset(prepared, runtime_); });
  log.run("widen float16", [&] { return widen_float16(prepared, runtime_); });
  log.run("remove identities", [&] { return remove_identities(prepared); });
  log.run("fold constants", [&] { return fold_constants(prepared, runtime_); });
  log.run("fold batch norm", [&] { return fold_batch_norm(prepared); });
  log.run("fold bias add", [&] { return fold_bias_add(prepared); });
  log.run("fold bias into Gemm", [&] { return fold_bias_into_gemm(prepared, runtime_); });
  log.run("remove unused constants", [&] { return remove_unused_constants(prepared); });
  log.run("name nodes", [&] { return name_nodes(prepared); });
  return std::make_unique<OnnxModelHandle>(std::move(prepared));
}

GraphView OnnxRuntimeAdaptor::do_graph(const Model& model) const {
  return named_view(OnnxModelHandle::of(model).onnx());
}

std::unique_ptr<Session> OnnxRuntimeAdaptor::do_open(const Model& model, const RunOptions& options) const {
  return std::make_unique<OnnxSession>(runtime_, OnnxModelHandle::of(model).onnx(), options);
}

std::unique_ptr<Model> OnnxRuntimeAdaptor::do_convert(const Model& model, const QuantizationPlan& plan) const {
  OnnxModel converted = OnnxModelHandle::of(model).onnx();
  name_nodes(converted);  // as graph() named them, for a model that was not prepared
  name_tensors(converted);
  const RewriteLog log(progress());
  log.run("insert quantization", [&] {
    insert_quantization(converted, plan,
                        {{"halftone.version", version()},
                         {"halftone.target", options().target.isa},
                         {"halftone.config_sha256", hash_of_plan(plan)}});
    return static_cast<int>(plan.quantized_ops());
  });
  log.run("write operator form", [&] { return write_operator_form(converted, plan); });
  log.run("quantize products at run time", [&] { return quantize_at_run_time(converted, plan); });
  log.run("quantize weights alone", [&] { return quantize_weights_alone(converted, plan); });
  return std::make_unique<OnnxModelHandle>(std::move(converted));
}

ConvertedFormat OnnxRuntimeAdaptor::do_convert_format(const Model& model, QuantFormat format) const {
  if (format != QuantFormat::qdq) {
    throw Error(ErrorCode::unsupported, "no model is rewritten into the format " + std::string(to_string(format)),
                "operators on integers become pairs: --format qdq");
  }
  OnnxModel converted = OnnxModelHandle::of(model).onnx();
  name_nodes(converted);
  name_tensors(converted);
  // A list of scales came to conversions with set 13.
  const WholePass raised = raise_opset(converted, runtime_);
  if (!raised.left_because.empty()) throw Error(ErrorCode::unsupported, raised.left_because);
  const int rewritten = expand_operator_form(converted);
  return {std::make_unique<OnnxModelHandle>(std::move(converted)), rewritten};
}

// The runtime tells by writing its optimized model, weights and all: time and memory that a large model is not worth.
std::optional<std::vector<ExecutedOp>> OnnxRuntimeAdaptor::do_executed_ops(const Model& model) const {
  constexpr std::uint64_t kMostBytes = 256'000'000;
  if (model.size_bytes() > kMostBytes) {
    progress().warn("which kernels run was not looked at: the runtime would have to write the whole model once more");
    return std::nullopt;
  }
  return read_executed_ops(runtime_, OnnxModelHandle::of(model).onnx());
}

std::optional<std::vector<StoredConstant>> OnnxRuntimeAdaptor::do_stored_constants(const Model& model) const {
  OnnxModel named = OnnxModelHandle::of(model).onnx();
  name_nodes(named);  // as graph() names them
  name_tensors(named);
  return read_stored_constants(named);
}

std::unique_ptr<Model> OnnxRuntimeAdaptor::do_replace_constants(const Model& model,
                                                                const NamedTensors& constants) const {
  OnnxModel changed = OnnxModelHandle::of(model).onnx();
  name_tensors(changed);
  replace_constants(changed, constants);
  return std::make_unique<OnnxModelHandle>(std::move(changed));
}

}  // namespace halftone::onnxruntime

#include <set>

#include "halftone/evaluation.h"
#include "halftone/plugin.h"
#include "native/adaptor_bridge.h"
#include "native/adaptor_handle.h"
#include "native/errors.h"
#include "native/hooks.h"
#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {

nb::object named_capability(const GraphView& graph, const Capability& capability);

void QuietProgress::stop_if_interrupted() {
  if (WatchedInterrupts::is_interrupted()) throw Error(ErrorCode::interrupted, "interrupted");
}

void QuietProgress::warn(std::string_view message) {
  call_python("warnings",
              [&] { nb::module_::import_("halftone.errors").attr("warn")(nb::str(message.data(), message.size())); });
}

namespace {

using nb::literals::operator""_a;

AdaptorOptions with_progress(AdaptorOptions options, Progress* progress) {
  options.progress = progress;
  return options;
}

std::shared_ptr<const Adaptor> found_adaptor(AdaptorOptions options) {
  const nb::gil_scoped_release unlocked;
  return PluginRegistry::discover().make(std::move(options));
}

}  // namespace

AdaptorHandle::AdaptorHandle(AdaptorOptions options)
    : progress_(std::make_shared<QuietProgress>()),
      adaptor_(found_adaptor(with_progress(std::move(options), progress_.get()))) {}

AdaptorHandle::AdaptorHandle(AdaptorOptions options, HeldObject self, const std::vector<std::string>& as_inherited)
    : progress_(std::make_shared<QuietProgress>()),
      adaptor_(std::make_shared<PythonAdaptor>(with_progress(std::move(options), progress_.get()), std::move(self),
                                               std::set<std::string>(as_inherited.begin(), as_inherited.end()))) {}

const Adaptor& AdaptorHandle::adaptor() const {
  process_.require("this adaptor");
  return *adaptor_;
}

namespace {

const Model& model_of(const ModelHandle& handle) { return *handle.model; }

ModelHandle load(const AdaptorHandle& self, const std::filesystem::path& path,
                 std::map<std::string, std::string> options) {
  return self.handle(run_native([&] { return self.adaptor().load({path, std::move(options)}); }));
}

ModelHandle prepare(const AdaptorHandle& self, const ModelHandle& model) {
  return self.handle(run_native([&] { return self.adaptor().prepare(model_of(model)); }));
}

SessionHandle open(const AdaptorHandle& self, const ModelHandle& model, int threads, std::vector<std::string> observed,
                   bool for_latency) {
  std::shared_ptr<const Session> session = run_native([&] {
    return self.adaptor().open(model_of(model),
                               {.threads = threads, .observed_tensors = observed, .for_latency = for_latency});
  });
  return {model.adaptor, std::move(session), std::move(observed), {}};
}

nb::dict run_session(const SessionHandle& self, nb::handle inputs, nb::object observe) {
  self.process.require("this session");
  const NamedTensors given = to_named_tensors(inputs, "what the model is given");
  const HeldObject observer(observe);
  TensorObserver observing;
  if (observer) {
    observing = [&](std::size_t index, const Tensor& value) {
      call_python("the observing function", [&] {
        // The storage is the framework's, and there for the time of the call alone.
        observer.get()(self.observed[index], to_array(value).attr("copy")());
      });
    };
  }
  return to_arrays(run_native([&] { return self.session->run(given, observing); }));
}

QuantizedModel quantize_model(const AdaptorHandle& self, const TuneConfig& config, const ModelHandle& model,
                              const DataLoader* data, nb::object q_func, int threads, bool correct_bias) {
  const HeldObject train(q_func);
  CalibrationOptions options;
  options.threads = threads;
  options.correct_bias = correct_bias;
  QuantizeResult result = run_native([&] {
    const Adaptor& adaptor = self.adaptor();
    return adaptor.quantize(config, model_of(model), adaptor.query_fw_capability(model_of(model)), data, options,
                            train ? training_function(train) : TrainingFunction{});
  });
  return {self.handle(std::move(result.model)), std::move(result.plan), std::move(result.table),
          std::move(result.seconds)};
}

TuneConfig default_config_of(const AdaptorHandle& self, const ModelHandle& model) {
  return run_native([&] {
    const Adaptor& adaptor = self.adaptor();
    return default_config(adaptor.graph(model_of(model)), adaptor.query_fw_capability(model_of(model)), std::nullopt);
  });
}

/// Values of metrics, with intervals where samples can be told apart.
std::map<std::string, Estimate> estimates_of(const Measurement& measured, const std::vector<std::string>& metrics) {
  constexpr double kConfidence = 0.95;
  std::map<std::string, Estimate> estimates;
  for (const std::string& name : metrics) {
    if (const auto scores = measured.scores.find(name); scores != measured.scores.end()) {
      estimates[name] = estimate_metric(*make_metric(name), scores->second, kConfidence);
    } else if (const auto rows = measured.rows.find(name); rows != measured.rows.end()) {
      estimates[name] = estimate_metric(*make_metric(name), rows->second, kConfidence, {});
    }
  }
  for (const auto& [name, value] : measured.values) estimates[name] = {value, value, value};
  return estimates;
}

std::map<std::string, Estimate> evaluate_model(const AdaptorHandle& self, const ModelHandle& model,
                                               const DataLoader& data, nb::object postprocess,
                                               std::vector<std::string> metrics, nb::object measurer,
                                               std::int64_t iteration, std::optional<std::filesystem::path> tensorboard,
                                               const ModelHandle* fp32_baseline, int threads) {
  const HeldObject process(postprocess), measure(measurer);
  const std::unique_ptr<Measurer> measuring = make_python_measurer(measure);
  EvaluateOptions options;
  options.metrics = metrics;
  options.threads = threads;
  options.iteration = iteration;
  options.labels_from_float = fp32_baseline != nullptr;
  if (tensorboard) options.tensorboard = *tensorboard;
  if (measure) options.measurer = measuring.get();
  if (process) options.postprocess = postprocess_function(process);
  return run_native([&] {
    return estimates_of(self.adaptor().evaluate(model_of(model), data, options,
                                                fp32_baseline == nullptr ? nullptr : fp32_baseline->model.get()),
                        metrics);
  });
}

std::map<std::string, nb::dict> arrays_by_op(const TensorsByOp& tensors) {
  std::map<std::string, nb::dict> by_op;
  for (const auto& [op, own] : tensors) {
    for (const auto& [name, value] : own) by_op[op][name.c_str()] = to_array(value);
  }
  return by_op;
}

nb::dict inspect(const AdaptorHandle& self, const ModelHandle& model, const DataLoader* data,
                 std::vector<std::string> op_list, std::vector<int> iteration_list, const std::string& inspect_type,
                 bool save_to_disk, std::optional<std::filesystem::path> save_path,
                 const TuneConfig* quantization_cfg) {
  InspectOptions options;
  options.op_list = std::move(op_list);
  options.iteration_list = std::move(iteration_list);
  options.inspect_type = parse_inspect_type(inspect_type);
  options.save_to_disk = save_to_disk;
  if (save_path) options.save_path = *save_path;
  options.quantization_cfg = quantization_cfg;
  const InspectResult found = run_native([&] { return self.adaptor().inspect_tensor(model_of(model), data, options); });
  nb::list files;
  for (const InspectedFile& file : found.files) files.append(file.path);
  nb::dict activations;
  for (const auto& [iteration, tensors] : found.activation) activations[nb::int_(iteration)] = arrays_by_op(tensors);
  nb::dict result;
  result["weight"] = arrays_by_op(found.weight);
  result["activation"] = activations;
  result["files"] = files;
  return result;
}

nb::list diagnose(const AdaptorHandle& self, const ModelHandle& fp32_model, const ModelHandle& int8_model,
                  const DataLoader& data, const TuneConfig* tune_cfg, std::optional<std::filesystem::path> save_path,
                  int threads) {
  DiagnosisOptions options;
  options.threads = threads;
  options.tune_cfg = tune_cfg;
  if (save_path) options.save_path = *save_path;
  const Diagnosis found = run_native(
      [&] { return self.adaptor().diagnosis_helper(model_of(fp32_model), model_of(int8_model), data, options); });
  nb::list ops;
  for (const OpDiagnosis& op : found.ops) {
    nb::dict entry;
    entry["name"] = op.name;
    entry["type"] = op.type;
    entry["tensor"] = op.error.tensor;
    entry["sqnr_db"] = op.error.sqnr_db();
    entry["mse"] = op.error.mse();
    entry["added_noise"] = op.added_noise;
    entry["quantized"] = op.quantized;
    ops.append(entry);
  }
  return ops;
}

void bind_handles(nb::module_& module) {
  nb::class_<ModelHandle>(module, "Model", "A loaded model: what it is, its adaptor alone knows.")
      .def_prop_ro("inputs", [](const ModelHandle& model) { return model.model->inputs(); })
      .def_prop_ro("outputs", [](const ModelHandle& model) { return model.model->outputs(); })
      .def_prop_ro("sha256", [](const ModelHandle& model) { return run_native([&] { return model.model->sha256(); }); })
      .def_prop_ro("size_bytes",
                   [](const ModelHandle& model) { return run_native([&] { return model.model->size_bytes(); }); })
      .def_prop_ro(
          "native", [](const ModelHandle& model) { return nb::borrow(PythonModel::object_of(*model.model)); },
          nb::sig("def native(self) -> typing.Any"), "The object itself, where its adaptor is written in Python.");
  nb::class_<SessionHandle>(module, "Session", "A model opened for running.")
      .def("run", run_session, "inputs"_a, "observe"_a = nb::none(),
           "Outputs by name. `observe(name, array)` sees each observed tensor.")
      .def_prop_ro("concurrent", [](const SessionHandle& self) { return self.session->concurrent(); });
  nb::class_<QuantizedModel>(module, "QuantizedModel", "A quantized model, and how it came about.")
      .def_ro("model", &QuantizedModel::model)
      .def_ro("plan", &QuantizedModel::plan)
      .def_ro("table", &QuantizedModel::table)
      .def_ro("seconds", &QuantizedModel::seconds);
}

template <typename Class>
void bind_reading(Class& adaptor) {
  adaptor.def("load", load, "path"_a, "options"_a = std::map<std::string, std::string>{})
      .def(
          "save",
          [](const AdaptorHandle& self, const ModelHandle& model, const std::filesystem::path& path) {
            run_native([&] { self.adaptor().save(model_of(model), path); });
          },
          "model"_a, "path"_a)
      .def("prepare", prepare, "model"_a)
      .def(
          "graph",
          [](const AdaptorHandle& self, const ModelHandle& model) {
            return run_native([&] { return self.adaptor().graph(model_of(model)); });
          },
          "model"_a)
      .def("open", open, "model"_a, "threads"_a = 1, "observed_tensors"_a = std::vector<std::string>{},
           "for_latency"_a = false)
      .def(
          "executed_ops",
          [](const AdaptorHandle& self, const ModelHandle& model) {
            return run_native([&] { return self.adaptor().executed_ops(model_of(model)); });
          },
          "model"_a)
      .def_prop_ro("framework", [](const AdaptorHandle& self) { return self.adaptor().framework(); })
      .def_prop_ro("key", [](const AdaptorHandle& self) { return self.adaptor().options().key; });
}

template <typename Class>
void bind_quantizing(Class& adaptor) {
  adaptor
      .def(
          "query_fw_capability",
          [](const AdaptorHandle& self, const ModelHandle& model) {
            const auto [graph, capability] = run_native([&] {
              const Adaptor& own = self.adaptor();
              return std::pair(own.graph(model_of(model)), own.query_fw_capability(model_of(model)));
            });
            return named_capability(graph, capability);
          },
          "model"_a, nb::sig("def query_fw_capability(self, model: Model) -> Capability"))
      .def(
          "query_fused_patterns",
          [](const AdaptorHandle& self, const ModelHandle& model) {
            const auto [graph, patterns] = run_native([&] {
              const Adaptor& own = self.adaptor();
              return std::pair(own.graph(model_of(model)), own.query_fused_patterns(model_of(model)));
            });
            std::vector<std::vector<std::string>> named;
            for (const FusedPattern& pattern : patterns) {
              std::vector<std::string>& ops = named.emplace_back();
              for (const OpId op : pattern.unit.ops) ops.push_back(graph.op(op).name);
            }
            return named;
          },
          "model"_a)
      .def("default_config", default_config_of, "model"_a, "The first choice of every unit.")
      .def(
          "calibrate",
          [](const AdaptorHandle& self, const ModelHandle& model, const std::vector<std::string>& tensors,
             const DataLoader& data, int threads) {
            CalibrationOptions options;
            options.threads = threads;
            return run_native([&] { return self.adaptor().calibrate(model_of(model), tensors, data, options); });
          },
          "model"_a, "tensors"_a, "dataloader"_a, "threads"_a = 1)
      .def("quantize", quantize_model, "tune_cfg"_a, "model"_a, "dataloader"_a.none(), "q_func"_a = nb::none(),
           "threads"_a = 1, "correct_bias"_a = true)
      .def(
          "convert",
          [](const AdaptorHandle& self, const ModelHandle& model, const QuantizationPlan& plan) {
            return self.handle(run_native([&] { return self.adaptor().convert(model_of(model), plan); }));
          },
          "model"_a, "plan"_a)
      .def(
          "recover",
          [](const AdaptorHandle& self, const ModelHandle& model, const std::string& q_config) {
            return self.handle(run_native([&] { return self.adaptor().recover(model_of(model), q_config); }));
          },
          "model"_a, "q_config"_a);
}

template <typename Class>
void bind_looking(Class& adaptor) {
  adaptor
      .def("evaluate", evaluate_model, "model"_a, "dataloader"_a, "postprocess"_a = nb::none(),
           "metrics"_a = std::vector<std::string>{"top1"}, "measurer"_a = nb::none(), "iteration"_a = -1,
           "tensorboard"_a = nb::none(), "fp32_baseline"_a.none() = nb::none(), "threads"_a = 1)
      .def("inspect_tensor", inspect, "model"_a, "dataloader"_a.none() = nb::none(),
           "op_list"_a = std::vector<std::string>{}, "iteration_list"_a = std::vector<int>{},
           "inspect_type"_a = "activation", "save_to_disk"_a = false, "save_path"_a = nb::none(),
           "quantization_cfg"_a.none() = nb::none())
      .def(
          "set_tensor",
          [](const AdaptorHandle& self, const ModelHandle& model, nb::handle tensor_dict) {
            const NamedTensors tensors = to_named_tensors(tensor_dict, "tensor_dict");
            return self.handle(run_native([&] { return self.adaptor().set_tensor(model_of(model), tensors); }));
          },
          "model"_a, "tensor_dict"_a)
      .def("diagnosis_helper", diagnose, "fp32_model"_a, "int8_model"_a, "dataloader"_a,
           "tune_cfg"_a.none() = nb::none(), "save_path"_a = nb::none(), "threads"_a = 1);
}

void register_python_adaptor(std::vector<std::string> keys, nb::callable make, std::string framework,
                             std::vector<std::string> extensions, std::string install_hint,
                             std::filesystem::path capability_folder, bool replace) {
  PluginManifest manifest;
  manifest.keys = std::move(keys);
  manifest.framework = std::move(framework);
  manifest.extensions = std::move(extensions);
  manifest.install_hint = std::move(install_hint);
  manifest.capability_folder = std::move(capability_folder);
  const HeldObject held{nb::object(make)};
  add_adaptor(
      std::move(manifest),
      [held](AdaptorOptions options) -> std::unique_ptr<Adaptor> {
        HeldObject self = call_python("making adaptor '" + options.key + "'",
                                      [&] { return HeldObject(nb::object(held.get()(options))); });
        return std::make_unique<PythonAdaptor>(std::move(options), std::move(self));
      },
      replace);
}

}  // namespace

void bind_adaptor(nb::module_& module) {
  bind_handles(module);
  nb::class_<AdaptorHandle> adaptor(module, "AdaptorHandle", "An adaptor, with everything that one can do.");
  adaptor.def(nb::init<AdaptorOptions>(), "options"_a)
      .def(
          "__init__",
          [](AdaptorHandle* self, AdaptorOptions options, nb::object python_adaptor,
             const std::vector<std::string>& as_inherited) {
            new (self) AdaptorHandle(std::move(options), HeldObject(std::move(python_adaptor)), as_inherited);
          },
          "options"_a, "python_adaptor"_a, "as_inherited"_a = std::vector<std::string>{});
  bind_reading(adaptor);
  bind_quantizing(adaptor);
  bind_looking(adaptor);
  module.def("add_adaptor", register_python_adaptor, "keys"_a, "make"_a, "framework"_a, "extensions"_a,
             "install_hint"_a, "capability_folder"_a, "replace"_a = false);
}

}  // namespace halftone::python

#include "native/adaptor_bridge.h"

#include <stdlib.h>

#include <algorithm>

#include "base/sha256.h"
#include "native/errors.h"
#include "native/python_session.h"
#include "native/tensors.h"
#include "native/whole_adaptor.h"
#include "native/words.h"

namespace halftone::python {
namespace fs = std::filesystem;
namespace {

/// A folder that is gone with this.
class Folder {
 public:
  explicit Folder(const fs::path& parent, const std::string& prefix) {
    std::string pattern = (parent / (prefix + "XXXXXX")).string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorCode::io, "cannot make a folder like '" + pattern + "'", "is there space, and the right to?");
    }
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

nb::object held_model(const fs::path& path) {
  return nb::module_::import_("halftone.models").attr("held_object")(path.string());
}

}  // namespace

PythonModel::PythonModel(HeldObject object, HeldObject adaptor)
    : object_(std::move(object)), adaptor_(std::move(adaptor)) {}

std::vector<TensorSignature> PythonModel::inputs() const {
  return call_python("asking the adaptor for the model's inputs", [&] {
    return nb::cast<std::vector<TensorSignature>>(adaptor_.get().attr("inputs")(object_.get()));
  });
}

std::vector<TensorSignature> PythonModel::outputs() const {
  return call_python("asking the adaptor for the model's outputs", [&] {
    return nb::cast<std::vector<TensorSignature>>(adaptor_.get().attr("outputs")(object_.get()));
  });
}

const PythonModel::Saved& PythonModel::saved() const {
  const std::scoped_lock lock(mutex_);
  if (saved_) return *saved_;
  const Folder folder(fs::temp_directory_path(), "halftone-model-");
  const fs::path file = folder.path() / "model";
  call_python("saving the model to see its size", [&] { adaptor_.get().attr("save")(object_.get(), file); });
  Saved found;
  Sha256 hash;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& each : files) {
    found.size += fs::file_size(each);
    hash.update(sha256_of_file(each));
  }
  found.sha256 = files.size() == 1 ? sha256_of_file(files.front()) : hash.hex();
  saved_ = std::move(found);
  return *saved_;
}

nb::handle PythonModel::object_of(const Model& model) {
  const auto* own = dynamic_cast<const PythonModel*>(&model);
  if (own == nullptr) throw Error(ErrorCode::invalid_argument, "the model belongs to another backend");
  return own->object_.get();
}

PythonAdaptor::PythonAdaptor(AdaptorOptions options, HeldObject self, const std::set<std::string>& as_inherited)
    : Adaptor(options),
      self_(std::move(self)),
      own_(own_functions(self_, as_inherited)),
      query_(read_capability(self_, options)) {}

std::set<std::string> PythonAdaptor::own_functions(const HeldObject& self, const std::set<std::string>& as_inherited) {
  return call_python("looking at the adaptor", [&] {
    auto names = nb::cast<std::vector<std::string>>(self.get().attr("own_functions")());
    std::set<std::string> own(names.begin(), names.end());
    for (const std::string& name : as_inherited) own.erase(name);
    return own;
  });
}

QueryBackendCapability PythonAdaptor::read_capability(const HeldObject& self, const AdaptorOptions& options) {
  return call_python("reading the adaptor's capability file", [&] {
    const nb::handle adaptor = self.get();
    const auto version = nb::cast<std::string>(nb::str(adaptor.attr("version")));
    const auto file = nb::cast<std::string>(nb::str(adaptor.attr("capability_file")()));
    if (file.empty()) return QueryBackendCapability(CapabilitySection{}, version);
    std::set<std::string> types;
    for (const nb::handle type : adaptor.attr("op_types")) types.insert(nb::cast<std::string>(type));
    const fs::path path = options.capability_folder.empty() ? fs::path(file) : options.capability_folder / file;
    return QueryBackendCapability({load_capability_file(path, types)}, version);
  });
}

std::string PythonAdaptor::name(const char* function) const {
  return "adaptor '" + options().key + "', " + function + "()";
}

std::unique_ptr<Model> PythonAdaptor::model(nb::object object) const {
  if (object.is_none()) throw Error(ErrorCode::framework, "adaptor '" + options().key + "' gave None for a model");
  return std::make_unique<PythonModel>(HeldObject(std::move(object)), self_);
}

FrameworkVersion PythonAdaptor::framework() const {
  return call_python(name("framework"), [&] {
    return FrameworkVersion{nb::cast<std::string>(self_.get().attr("framework")),
                            nb::cast<std::string>(nb::str(self_.get().attr("version"))), "Python"};
  });
}

std::string PythonAdaptor::snippet(const fs::path& path) const {
  if (!has("snippet")) return {};
  return call_python(name("snippet"), [&] { return nb::cast<std::string>(self_.get().attr("snippet")(path)); });
}

std::unique_ptr<Model> PythonAdaptor::do_load(const ModelSource& source) const {
  return call_python(name("load"), [&] {
    nb::object held = held_model(source.path);
    if (!held.is_none()) return model(std::move(held));
    return model(nb::object(self_.get().attr("load")(source)));
  });
}

void save_beside(const HeldObject& adaptor, nb::handle model, const fs::path& path) {
  const Folder folder(folder_of(path), ".halftone-");
  const fs::path staged = folder.path() / path.filename();
  adaptor.get().attr("save")(model, staged);
  std::error_code failed;
  fs::rename(staged, path, failed);
  if (!failed) return;
  throw Error(ErrorCode::io, "cannot write '" + path.string() + "': " + failed.message(),
              fs::exists(staged) ? "" : "save(model, path) has to write exactly the path it is given");
}

std::string PythonAdaptor::do_save(const Model& model, const fs::path& path) const {
  call_python(name("save"), [&] { save_beside(self_, PythonModel::object_of(model), path); });
  return {};
}

std::unique_ptr<Model> PythonAdaptor::do_prepare(const Model& source) const {
  return call_python(name("prepare"),
                     [&] { return model(nb::object(self_.get().attr("prepare")(PythonModel::object_of(source)))); });
}

GraphView PythonAdaptor::do_graph(const Model& model) const {
  const nb::handle self = self_.get();
  if (has("graph")) {
    return call_python(name("graph"),
                       [&] { return nb::cast<GraphView>(self.attr("graph")(PythonModel::object_of(model))); });
  }
  return call_python(name("query_fw_capability"), [&] {
    const nb::handle object = PythonModel::object_of(model);
    return graph_of_ops(self.attr("query_fw_capability")(object), self.attr("query_fused_patterns")(object));
  });
}

QueryBackendCapability PythonAdaptor::do_query(const Model& model) const {
  if (!has("query_fw_capability")) return query_;
  return call_python(name("query_fw_capability"), [&] {
    const nb::handle object = PythonModel::object_of(model);
    return capability_of_ops(self_.get().attr("query_fw_capability")(object),
                             self_.get().attr("query_fused_patterns")(object), query_.get_version());
  });
}

std::unique_ptr<Session> PythonAdaptor::do_open(const Model& model, const RunOptions& options) const {
  const std::vector<TensorSignature> outputs = model.outputs();
  return call_python(name("open"), [&]() -> std::unique_ptr<Session> {
    const nb::object object = nb::borrow(PythonModel::object_of(model));
    if (!has("open")) return make_evaluating_session(*this, self_, HeldObject(object));
    return make_python_session(HeldObject(nb::object(self_.get().attr("open")(object, options))), outputs,
                               options.observed_tensors, name("run"));
  });
}

std::unique_ptr<Model> PythonAdaptor::do_convert(const Model& source, const QuantizationPlan& plan) const {
  return call_python(name("convert"), [&] {
    return model(nb::object(self_.get().attr("convert")(PythonModel::object_of(source), QuantizationPlan(plan))));
  });
}

std::optional<std::vector<ExecutedOp>> PythonAdaptor::do_executed_ops(const Model& model) const {
  if (!has("executed_ops")) return std::nullopt;
  return call_python(name("executed_ops"), [&] {
    return nb::cast<std::optional<std::vector<ExecutedOp>>>(
        self_.get().attr("executed_ops")(PythonModel::object_of(model)));
  });
}

Measurement PythonAdaptor::do_evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                                       const Model* reference) const {
  if (!has("evaluate")) return Adaptor::do_evaluate(model, data, options, reference);
  return call_python(name("evaluate"), [&] {
    nb::object postprocess = nb::none();
    if (options.postprocess) {
      postprocess = nb::cpp_function([function = options.postprocess](nb::handle outputs) {
        return to_arrays(function(to_named_tensors(outputs, "what is to be post-processed")));
      });
    }
    const nb::object baseline =
        reference == nullptr ? nb::none() : nb::object(nb::borrow(PythonModel::object_of(*reference)));
    const nb::object returned =
        self_.get().attr("evaluate")(PythonModel::object_of(model), DataLoader(data),
                                     nb::arg("postprocess") = postprocess, nb::arg("metrics") = options.metrics,
                                     nb::arg("measurer") = nb::none(), nb::arg("iteration") = options.iteration,
                                     nb::arg("tensorboard") = nb::none(), nb::arg("fp32_baseline") = baseline);
    return to_measurement(returned, options.metrics);
  });
}

QuantizeResult PythonAdaptor::do_quantize(const TuneConfig& config, const Model& source, const Capability& capability,
                                          const DataLoader* data, const CalibrationOptions& options,
                                          const TrainingFunction& q_func) const {
  if (!only_quantizes()) return Adaptor::do_quantize(config, source, capability, data, options, q_func);
  QuantizeResult result;
  result.plan = plan_as_chosen(graph(source), capability, config);
  result.model = call_python(name("quantize"), [&] {
    const nb::object loader = data == nullptr ? nb::none() : nb::cast(DataLoader(*data));
    nb::object train = nb::none();
    if (q_func) {
      train = nb::cpp_function([this, q_func](nb::object trainable) {
        const std::unique_ptr<Model> handed = model(std::move(trainable));
        q_func(*handed);
      });
    }
    return model(
        nb::object(self_.get().attr("quantize")(TuneConfig(config), PythonModel::object_of(source), loader, train)));
  });
  return result;
}

std::unique_ptr<Model> PythonAdaptor::do_prepare_qat(const Model& source, const QuantizationPlan& plan) const {
  if (!has("prepare_qat")) return Adaptor::do_prepare_qat(source, plan);
  return call_python(name("prepare_qat"), [&] {
    return model(nb::object(self_.get().attr("prepare_qat")(PythonModel::object_of(source), QuantizationPlan(plan))));
  });
}

TrainedModel PythonAdaptor::do_read_trained(const Model& trainable, const QuantizationPlan& plan) const {
  if (!has("read_trained")) return Adaptor::do_read_trained(trainable, plan);
  return call_python(name("read_trained"), [&] {
    const auto returned = nb::cast<nb::tuple>(
        self_.get().attr("read_trained")(PythonModel::object_of(trainable), QuantizationPlan(plan)));
    TrainedModel trained;
    trained.model = model(nb::object(returned[0]));
    using Ranges = std::map<std::string, std::pair<float, float>>;
    for (const auto& [tensor, range] : nb::cast<Ranges>(returned[1])) {
      TensorStatistics& statistics = trained.table.tensors[tensor];
      statistics.count = 1;
      statistics.min = range.first;
      statistics.max = range.second;
    }
    return trained;
  });
}

std::optional<std::vector<StoredConstant>> PythonAdaptor::do_stored_constants(const Model& model) const {
  if (!has("stored_constants")) return std::nullopt;
  return call_python(name("stored_constants"), [&] {
    return nb::cast<std::vector<StoredConstant>>(self_.get().attr("stored_constants")(PythonModel::object_of(model)));
  });
}

std::unique_ptr<Model> PythonAdaptor::do_replace_constants(const Model& source, const NamedTensors& constants) const {
  if (!has("replace_constants")) return Adaptor::do_replace_constants(source, constants);
  return call_python(name("replace_constants"), [&] {
    return model(
        nb::object(self_.get().attr("replace_constants")(PythonModel::object_of(source), to_arrays(constants))));
  });
}

TrainingFunction training_function(HeldObject q_func) {
  return [q_func = std::move(q_func)](Model& trainable) {
    call_python("the training function", [&] { q_func.get()(PythonModel::object_of(trainable)); });
  };
}

}  // namespace halftone::python

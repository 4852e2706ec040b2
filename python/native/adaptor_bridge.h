#pragma once

#include <filesystem>
#include <mutex>
#include <set>

#include "native/binding.h"

namespace halftone::python {

/// A model that is a Python object of the user's; its adaptor says what it takes and gives.
class PythonModel final : public Model {
 public:
  /// `adaptor` is the Python adaptor.
  PythonModel(HeldObject object, HeldObject adaptor);
  std::vector<TensorSignature> inputs() const override;
  std::vector<TensorSignature> outputs() const override;
  std::string sha256() const override { return saved().sha256; }
  std::uint64_t size_bytes() const override { return saved().size; }
  /// With the interpreter's lock. Throws internal for a model of another framework.
  static nb::handle object_of(const Model& model);

 private:
  struct Saved {
    std::string sha256;
    std::uint64_t size = 0;
  };
  const Saved& saved() const;

  HeldObject object_, adaptor_;
  mutable std::mutex mutex_;
  mutable std::optional<Saved> saved_;
};

/// The C++ side of a subclass of halftone.Adaptor: each virtual function calls the Python one of its name, where the
/// subclass has one.
class PythonAdaptor final : public Adaptor {
 public:
  /// `self`: the Python adaptor. Functions named in `as_inherited` are the core's even where the subclass has its own,
  /// for calls that come from it.
  PythonAdaptor(AdaptorOptions options, HeldObject self, const std::set<std::string>& as_inherited = {});
  FrameworkVersion framework() const override;
  const QueryBackendCapability& query() const override { return query_; }
  bool only_quantizes() const override { return has("quantize") && !has("convert"); }
  std::string snippet(const std::filesystem::path& model) const override;

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override;
  std::string do_save(const Model& model, const std::filesystem::path& path) const override;
  std::unique_ptr<Model> do_prepare(const Model& model) const override;
  GraphView do_graph(const Model& model) const override;
  QueryBackendCapability do_query(const Model& model) const override;
  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const override;
  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override;
  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override;
  Measurement do_evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                          const Model* reference) const override;
  QuantizeResult do_quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                             const DataLoader* data, const CalibrationOptions& options,
                             const TrainingFunction& q_func) const override;
  std::unique_ptr<Model> do_prepare_qat(const Model& model, const QuantizationPlan& plan) const override;
  TrainedModel do_read_trained(const Model& trainable, const QuantizationPlan& plan) const override;
  std::optional<std::vector<StoredConstant>> do_stored_constants(const Model& model) const override;
  std::unique_ptr<Model> do_replace_constants(const Model& model, const NamedTensors& constants) const override;

  bool has(const std::string& function) const { return own_.contains(function); }
  std::string name(const char* function) const;
  std::unique_ptr<Model> model(nb::object object) const;
  static std::set<std::string> own_functions(const HeldObject& self, const std::set<std::string>& as_inherited);
  static QueryBackendCapability read_capability(const HeldObject& self, const AdaptorOptions& options);

  HeldObject self_;
  std::set<std::string> own_;  ///< functions that the subclass has
  QueryBackendCapability query_;
};

/// Saves by a Python adaptor: into a folder beside, then renamed, so that no half-written file stays.
void save_beside(const HeldObject& adaptor, nb::handle model, const std::filesystem::path& path);

/// A training function that calls a Python one with the trainable model's object.
TrainingFunction training_function(HeldObject q_func);

}  // namespace halftone::python

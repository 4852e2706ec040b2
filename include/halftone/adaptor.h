#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/calibration.h"
#include "halftone/capability.h"
#include "halftone/data.h"
#include "halftone/diagnosis.h"
#include "halftone/graph.h"
#include "halftone/inspection.h"
#include "halftone/measurer.h"
#include "halftone/metric_rows.h"
#include "halftone/plan.h"
#include "halftone/progress.h"
#include "halftone/stored_constant.h"
#include "halftone/tensor.h"

namespace halftone {

/// A loaded model: an immutable handle on the framework's own form, opaque to everyone but its adaptor.
class Model {
 public:
  virtual ~Model();
  virtual std::vector<TensorSignature> inputs() const = 0;
  virtual std::vector<TensorSignature> outputs() const = 0;
  /// Hash of the model as it would be saved.
  virtual std::string sha256() const = 0;
  /// Bytes the model takes as a file, weights included.
  virtual std::uint64_t size_bytes() const = 0;
};

/// Where a model is.
struct ModelSource {
  std::filesystem::path path;
  std::map<std::string, std::string> options;  ///< e.g. signature, epoch, params; unknown ones are an error
};

struct RunOptions {
  int threads = 1;                            ///< inside one run
  std::vector<std::string> observed_tensors;  ///< shown to the observer of run()
  bool for_latency = false;                   ///< every optimisation of the framework, as in deployment
  bool once = false;  ///< to see that it opens: what makes runs faster and takes memory is left out
};

/// Sees a tensor while a run is under way; the tensor's storage is valid only during the call.
using TensorObserver = std::function<void(std::size_t observed_index, const Tensor& value)>;

/// A model opened for running.
class Session {
 public:
  virtual ~Session();
  /// Outputs in the model's order. Inputs are bound by name. Calls `observe` for each observed tensor, on this thread.
  /// Throws invalid_data for inputs that do not fit, framework when the framework fails.
  NamedTensors run(const NamedTensors& inputs, const TensorObserver& observe = {}) const;
  /// run() may be called from several threads at once.
  virtual bool concurrent() const = 0;

 private:
  virtual NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const = 0;
};

/// The framework an adaptor found.
struct FrameworkVersion {
  std::string name;
  std::string version;
  std::string library;  ///< path of the library in use
};

/// How an op really runs after the framework's own optimisations.
struct ExecutedOp {
  std::string name;
  std::string type;
  bool low_precision = false;
};

/// What the original system called framework_specific_info.
struct AdaptorOptions {
  std::string key;                          ///< the backend asked for
  std::string format;                       ///< qdq, qlinear, integer; empty: the backend's default
  std::string library;                      ///< explicit path of the framework's library
  std::filesystem::path capability_folder;  ///< where the backend's capability files are
  Target target;
  UserConstraints constraints;
  std::uint64_t seed = 0;
  Progress* progress = nullptr;  ///< null: silent
};

struct CalibrationOptions {
  int threads = 1;
  bool histograms = true;    ///< needed by every range method but minmax
  bool correct_bias = true;  ///< take the mean shift that the rounding of weights causes out of the biases
  std::map<std::string, int> channel_axes;  ///< tensors whose channels are summed, and the axis that holds them
  /// Statistics taken before; they stand for a pass where they are of this model and data and hold all it would give.
  const CalibrationTable* known = nullptr;
};

/// Statistics that serve one or several configurations.
struct GatheredStatistics {
  CalibrationTable table;
  bool was_known = false;  ///< no pass was made
  double seconds = 0;
};

struct QuantizeResult {
  std::unique_ptr<Model> model;
  QuantizationPlan plan;
  CalibrationTable table;
  bool table_was_known = false;           ///< no pass was made
  std::map<std::string, double> seconds;  ///< calibrate, train, plan, convert
};

/// Trains a model with fake quantization; its weights and ranges are changed in place.
using TrainingFunction = std::function<void(Model& trainable)>;

/// What training left: a prepared float model with the weights it learnt, and its ranges, as extremes in a table.
struct TrainedModel {
  std::unique_ptr<Model> model;
  CalibrationTable table;
};

struct Measurement;

/// The parameters of evaluate(), by the names that the original system gave them; fp32_baseline is labels_from_float.
struct EvaluateOptions {
  std::vector<std::string> metrics{"top1"};
  int threads = 1;
  bool labels_from_float = false;  ///< the float model's outputs are the labels; needs the reference model
  /// What the metrics see of the outputs of an item; called from several threads at once. The reference's go through it
  /// as well.
  std::function<NamedTensors(NamedTensors outputs)> postprocess = {};
  Measurer* measurer = nullptr;         ///< with one, items run one after another
  std::int64_t iteration = -1;          ///< items at the most; -1: all
  std::filesystem::path tensorboard{};  ///< a folder for event files that TensorBoard shows; empty: none
  /// Sees the scores of each chunk of items when all of it is there, in the loader's order and on the calling thread;
  /// false ends the evaluation, whose Measurement then holds what was seen. Data that can only be streamed are
  /// evaluated whole and shown as one chunk, whatever is answered: ask DataLoader::random_access(). Empty: all items
  /// are evaluated. To judge by the first chunks, the order has to be random: a loader made with a count and a seed.
  std::function<bool(const Measurement& chunk)> proceed = {};
  std::size_t chunk_items = 64;  ///< items of a chunk; the chunks are the same for any number of threads
};

/// What every sample gave under each metric, in the order of the loader.
struct Measurement {
  std::vector<std::string> ids;
  std::vector<std::int64_t> labels;
  std::map<std::string, std::vector<double>> scores;  ///< of metrics that are means
  std::map<std::string, MetricRows> rows;             ///< of the others
  std::map<std::string, double> values;               ///< of metrics by which the adaptor does not tell samples apart
  std::size_t classes = 0;                            ///< length of an output row
  std::size_t samples() const { return ids.size(); }
};

/// A model in another format of quantization.
struct ConvertedFormat {
  std::unique_ptr<Model> model;
  int rewritten = 0;  ///< ops
};

/// Brings one framework to Halftone. Public functions time themselves, name what they do in errors, and call the
/// private virtual; an adaptor keeps no state between calls and may be used from several threads.
class Adaptor {
 public:
  explicit Adaptor(AdaptorOptions options);
  virtual ~Adaptor();

  const AdaptorOptions& options() const { return options_; }
  Progress& progress() const;
  virtual FrameworkVersion framework() const = 0;
  virtual const QueryBackendCapability& query() const = 0;
  /// quantize() is a whole of its own, without parts: the adaptor neither observes nor plans nor converts for others,
  /// so that each configuration costs a pass over the data.
  virtual bool only_quantizes() const { return false; }

  std::unique_ptr<Model> load(const ModelSource& source) const;
  /// Writes beside and renames, so that no half-written file stays. Returns the SHA-256 of the file, 64 hexadecimal
  /// digits, where the adaptor took it while it wrote; nothing where it did not, or the model is not one file.
  std::string save(const Model& model, const std::filesystem::path& path) const;
  /// Float optimisations before anything is asked or changed; what was done is told to progress().
  std::unique_ptr<Model> prepare(const Model& model) const;
  GraphView graph(const Model& model) const;
  std::unique_ptr<Session> open(const Model& model, const RunOptions& options) const;
  /// The rewrite: pure, deterministic, without data. `model` is a prepared one, the plan was made from its graph.
  std::unique_ptr<Model> convert(const Model& model, const QuantizationPlan& plan) const;
  /// A quantized model in another format, by whichever tool it was made: operators on integers (qlinear) as float ops
  /// between conversions (qdq). Throws unsupported where the adaptor has no such rewrite, or the model something it
  /// cannot express.
  ConvertedFormat convert_format(const Model& model, QuantFormat format) const;
  /// What the framework makes of a model, as far as it tells.
  std::optional<std::vector<ExecutedOp>> executed_ops(const Model& model) const;

  /// Lines of a program that runs a saved model in the plain framework, for people; empty where there is none.
  virtual std::string snippet(const std::filesystem::path& model) const;

  /// Capability of the backend for a prepared model, under target and constraints.
  Capability query_fw_capability(const Model& model) const;
  /// The same under other constraints than those of options(), for a graph that was read before.
  Capability query_fw_capability(const Model& model, const GraphView& graph, const UserConstraints& constraints) const;
  /// The occurrences in a prepared model of the patterns that the backend runs as one low-precision kernel, and the
  /// other ways of cutting their ops into units: the fusion tuning space.
  std::vector<FusedPattern> query_fused_patterns(const Model& model) const;

  /// Statistics of `tensors` over the loader's items, samples in parallel, the same bits for any number of threads.
  CalibrationTable calibrate(const Model& model, const std::vector<std::string>& tensors, const DataLoader& data,
                             const CalibrationOptions& options) const;
  /// The composition for a prepared model: plan, calibrate, plan with parameters and corrected biases, convert.
  QuantizeResult quantize(const TuneConfig& config, const Model& model, const DataLoader& data,
                          const CalibrationOptions& options) const;
  /// The same under the capability that `config` was chosen from, where that is not the one of options(). With `q_func`
  /// the model is trained between planning and conversion: prepare_qat, q_func, the ranges read back, convert. Throws
  /// unsupported where the adaptor cannot train. `data` may be null where nothing is observed.
  QuantizeResult quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                          const DataLoader* data, const CalibrationOptions& options,
                          const TrainingFunction& q_func = {}) const;
  /// A trainable copy of a prepared model with fake quantization as planned; what it holds may be changed by its
  /// framework's own means. Throws unsupported where the adaptor cannot train.
  std::unique_ptr<Model> prepare_qat(const Model& model, const QuantizationPlan& plan) const;
  /// What training made of what prepare_qat() gave for the same plan.
  TrainedModel read_trained(const Model& trainable, const QuantizationPlan& plan) const;
  /// What any of the configurations needs to be planned, from one pass at the most; from none where nothing is
  /// observed.
  GatheredStatistics gather_statistics(const std::vector<TuneConfig>& configs, const Model& model,
                                       const Capability& capability, const DataLoader& data,
                                       const CalibrationOptions& options) const;
  /// Plan and conversion alone, from statistics gathered before; the result's table stays empty. `cache`: for several
  /// of them from one table; null: none.
  QuantizeResult quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                          const CalibrationTable& table, bool correct_bias = true,
                          PlanningCache* cache = nullptr) const;
  /// One pass over data. `reference` is the float model for metrics that compare with it; may be null.
  Measurement evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                       const Model* reference = nullptr) const;

  /// The quantized model of a prepared one by the configuration that a result records (`q_config`, as JSON text): the
  /// same bytes, without data. Throws invalid_data for what is no such record, invalid_model where it is of another
  /// model.
  std::unique_ptr<Model> recover(const Model& model, const std::string& q_config) const;
  /// Weights and activations by op and iteration. `data` may be null for weights alone. Throws invalid_argument for
  /// unknown ops (naming the nearest) and iterations that the data do not have.
  InspectResult inspect_tensor(const Model& model, const DataLoader* data, const InspectOptions& options) const;
  /// A copy of a quantized model with other float values (f32) in its weights and biases, quantized by the scales and
  /// zero points that these have; tensors go by the names of the float model. Constants that are still in float take
  /// the values as they are. How many values a scale could not express is warned of. Throws unsupported where the
  /// adaptor lacks the skill, invalid_argument for unknown names, invalid_data for shapes, types and NaN; the first
  /// problem ends it before anything is made.
  std::unique_ptr<Model> set_tensor(const Model& model, const NamedTensors& tensor_dict) const;
  /// The error of every tensor that both models have, by op, ranked. `fp32_model` is prepared first, as the quantized
  /// model was made from a prepared one.
  Diagnosis diagnosis_helper(const Model& fp32_model, const Model& int8_model, const DataLoader& data,
                             const DiagnosisOptions& options) const;
  /// Where a quantized model keeps its weights and biases; absent where the adaptor cannot tell.
  std::optional<std::vector<StoredConstant>> stored_constants(const Model& model) const;

 private:
  virtual std::unique_ptr<Model> do_load(const ModelSource& source) const = 0;
  /// May return nothing: who needs the hash then reads the file again.
  virtual std::string do_save(const Model& model, const std::filesystem::path& path) const = 0;
  virtual std::unique_ptr<Model> do_prepare(const Model& model) const = 0;
  virtual GraphView do_graph(const Model& model) const = 0;
  virtual std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const = 0;
  virtual std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const = 0;

 protected:
  // What the core does itself; an adaptor may do it in its own way, and call these.
  /// What query_fw_capability() asks, for adaptors that know of each model anew; query() unless overridden.
  virtual QueryBackendCapability do_query(const Model& model) const;
  /// The composition; overridden by adaptors of which only_quantizes() holds.
  virtual QuantizeResult do_quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                     const DataLoader* data, const CalibrationOptions& options,
                                     const TrainingFunction& q_func) const;
  virtual std::unique_ptr<Model> do_prepare_qat(const Model& model, const QuantizationPlan& plan) const;
  virtual TrainedModel do_read_trained(const Model& trainable, const QuantizationPlan& plan) const;
  virtual ConvertedFormat do_convert_format(const Model& model, QuantFormat format) const;
  virtual std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const;
  virtual std::optional<std::vector<StoredConstant>> do_stored_constants(const Model& model) const;
  // Written once over Session; for adaptors that know better.
  virtual Measurement do_evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                                  const Model* reference) const;
  virtual InspectResult do_inspect_tensor(const Model& model, const DataLoader* data,
                                          const InspectOptions& options) const;
  virtual Diagnosis do_diagnosis_helper(const Model& fp32_model, const Model& int8_model, const DataLoader& data,
                                        const DiagnosisOptions& options) const;
  /// A copy with other values in constants of these names; types and shapes are those that the constants have.
  virtual std::unique_ptr<Model> do_replace_constants(const Model& model, const NamedTensors& constants) const;

 private:
  AdaptorOptions options_;
};

}  // namespace halftone

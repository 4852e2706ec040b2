#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "evaluation/evaluation_command.h"
#include "halftone/plugin.h"
#include "halftone/progress.h"
#include "report/json_values.h"
#include "tuning/tuner.h"

namespace halftone {

/// A verb's result as the JSON of DESIGN section 8; texts and reports are rendered from it.
using Result = Json;

/// Judges a saved model in place of data and metrics: the metrics in the order in which they count.
using JudgeFunction = std::function<std::vector<CommandMetric>(const std::filesystem::path& model)>;

/// What a program brings that calls the verbs itself, where a command line can but name files and programs. Empty
/// functions are not there. They may be called from several threads at once.
struct Hooks {
  JudgeFunction judge;                                            ///< as evaluation.command does
  std::string judge_text;                                         ///< names it in results and histories
  std::function<NamedTensors(NamedTensors outputs)> postprocess;  ///< what metrics see of a model's outputs
  Measurer* measurer = nullptr;                                   ///< of `evaluate`: is told of each inference
  TrainingFunction q_func;                                        ///< trains under `approach: qat`
};

/// What every verb works with.
struct VerbContext {
  const PluginRegistry& plugins;
  Progress& progress;             ///< is told every warning at once; the result's "warnings" lists them again
  std::vector<std::string> argv;  ///< as the user typed it, for the result
  Hooks hooks = {};
};

struct EvaluateRequest {
  std::optional<std::filesystem::path> against = {};
  std::filesystem::path tensorboard = {};      ///< folder for event files; empty: none are written
  std::optional<std::size_t> iterations = {};  ///< items of the data at the most, the first ones
};

struct BenchmarkRequest {
  std::optional<std::filesystem::path> against;
  int batch = 1;
  int threads = 1;
  int warmup = 5;
  int runs = 50;
  double max_seconds = 60;
  bool by_op = false;
};

struct CompareRequest {
  std::vector<std::filesystem::path> others;  ///< compared with the configuration's model
  int runs = 100;                             ///< pairs of runs of each with the first, at the most; 0: no latency
  double max_seconds = 10;                    ///< for each of them
};

struct InspectRequest {
  std::filesystem::path tensors;   ///< folder for the tensors as .npz; empty: none are written
  std::vector<std::string> ops;    ///< whose tensors; empty: all of them
  std::string type;                ///< weight, activation or all; empty: all with data, weight without
  std::vector<int> iterations{1};  ///< items of the data, counted from 1; empty: all of them
};

struct InitRequest {
  std::filesystem::path output;  ///< empty: default_config_file(); "-": the result alone has the text
  bool force = false;            ///< an existing file is overwritten
};

struct ImportRequest {
  std::filesystem::path original;  ///< a capability file of the original system
  std::filesystem::path output;
  std::string backend;  ///< whose op table counts; empty: the only one there is
  bool force = false;   ///< an existing file is overwritten
};

/// Follows a search as it goes; called on the thread that runs it.
class TuneView {
 public:
  virtual ~TuneView();
  /// Trial 0 is float.
  virtual void started(int id, const Proposal& proposal, const TuningGoal& goal, int max_trials) = 0;
  /// `repeated`: it was in the history, nothing was run.
  virtual void finished(const Trial& trial, bool repeated, const TuningGoal& goal) = 0;
};

struct TuneRequest {
  std::filesystem::path output;
  std::filesystem::path result_file;
  std::filesystem::path report_file = {};            ///< a page about the result; empty: none
  bool resume = false;                               ///< goes on from the history beside the output
  std::optional<std::filesystem::path> replay = {};  ///< a history whose choices are repeated, without any trial
  std::filesystem::path program = {};                ///< the halftone command, which the objective memory needs
  TuneView* view = nullptr;                          ///< may be null
};

struct ReportRequest {
  std::vector<std::filesystem::path> results;  ///< what verbs wrote as JSON
  std::string format;                          ///< html, md or junit; empty: by the output's ending, else html
  std::filesystem::path output;                ///< empty: beside the only result; "-": the result alone has the report
};

struct RecoverRequest {
  std::filesystem::path result;                ///< what `quantize` or `tune` wrote: OUT.halftone.json
  std::optional<std::filesystem::path> model;  ///< the float model, where it is elsewhere than the result says
  std::filesystem::path output;
  std::optional<int> trial = {};  ///< another trial of a search than the best one
};

// Each throws Error; none writes anything but the files it is asked for. A gate that is not met is no error: it is in
// the result's "verdict" ("met", "not_met", "undecided"), and the command turns it into its exit status.
Result run_backends(const VerbContext& context);
/// Writes `request.tensors`, where it names a folder; the data are those of the evaluation.
Result run_inspect(const VerbContext& context, const Config& config, const InspectRequest& request = {});
Result run_data(const VerbContext& context, const Config& config, const std::string& spec,
                const std::optional<std::filesystem::path>& preview);
Result run_query(const VerbContext& context, const Config& config);
Result run_plan(const VerbContext& context, const Config& config);
/// Writes `output`, `result_file` and, where it is named, `report_file` (a page about the result): all or none.
Result run_quantize(const VerbContext& context, const Config& config, const std::filesystem::path& output,
                    const std::filesystem::path& result_file, const std::filesystem::path& report_file = {});
/// Searches; the best model so far is in `request.output` from the first trial on, the history beside it. Writes
/// `request.result_file` at the end.
Result run_tune(const VerbContext& context, const Config& config, const TuneRequest& request);
Result run_evaluate(const VerbContext& context, const Config& config, const EvaluateRequest& request);
Result run_benchmark(const VerbContext& context, const Config& config, const BenchmarkRequest& request);
Result run_compare(const VerbContext& context, const Config& config, const CompareRequest& request);
/// Which op of the second model (made from the first) adds how much error; the request names one other model.
Result run_diagnose(const VerbContext& context, const Config& config, const CompareRequest& request);
/// Makes the model of a result again, the same bytes, without data. Of `config` the threads and the library count.
Result run_recover(const VerbContext& context, const Config& config, const RecoverRequest& request);
/// Writes a quantized model in another format (the configuration's, else qdq) to `output`. Throws invalid_model where
/// it has nothing to rewrite.
Result run_convert(const VerbContext& context, const Config& config, const std::filesystem::path& output);
/// Writes a commented configuration that changes nothing for the model.
Result run_init(const VerbContext& context, const Config& config, const InitRequest& request);

/// Writes the report of results.
Result run_report(const VerbContext& context, const ReportRequest& request);

/// Writes a draft in the words of our capability files. The result says what is not in it.
Result run_import_capability(const VerbContext& context, const ImportRequest& request);

/// Where run_init() writes unless told: beside the model, as "STEM.halftone.yaml".
std::filesystem::path default_config_file(const std::filesystem::path& model);

}  // namespace halftone

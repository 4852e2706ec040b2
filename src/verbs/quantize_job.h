#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/latency.h"
#include "verbs/command_judgement.h"
#include "verbs/data_split.h"
#include "verbs/metric_choice.h"
#include "verbs/model_comparison.h"
#include "verbs/model_maker.h"
#include "verbs/output_files.h"
#include "verbs/quantization_setup.h"
#include "verbs/stopwatch.h"
#include "verbs/verbs.h"

namespace halftone {

/// The evaluation side of a quantization: float model, quantized model, and what was found of them.
struct Judgement {
  MetricChoice metrics;
  Measurement baseline;
  std::vector<CommandMetric> baseline_by_file;  ///< where saved models are judged, in place of the above
  std::uint64_t samples = 0;                    ///< 0 where that is so and nothing is told
  std::vector<MetricComparison> comparisons;
};

/// Quantization of one model under one configuration, stage by stage; the stages are called in the order declared here.
/// Nothing is seen of the output before staging().publish().
class QuantizeJob {
 public:
  /// Loads and prepares the model. All arguments must outlive the job.
  QuantizeJob(VerbRun& run, const Config& config, const std::filesystem::path& output);

  /// Chooses a configuration. Throws unsupported when it quantizes nothing.
  void decide();
  /// Throws configuration when calibration is needed and there is no data for it.
  void open_data();
  /// Evaluates the float model, before any work on it; throws invalid_data when it misses what is expected of it.
  void judge_baseline();
  /// Under `approach: auto`, of two configurations the one whose model is closer to float on calibration samples.
  void quantize();
  /// Saves to the staging folder, reads that back, and proves it on one sample.
  void save_and_reopen();
  void judge_quantized();
  void measure_speed();
  Result result();
  StagingFolder& staging() { return staging_; }

 private:
  const Adaptor& adaptor() const { return *setup_.opened.adaptor; }
  const Model& float_model() const { return *setup_.opened.model; }
  const std::vector<TensorSignature>& inputs() const { return setup_.opened.inputs; }
  Bootstrap bootstrap() const { return {.seed = config_.seed, .threads = run_.threads()}; }
  /// Empty where neither data nor the model tell what it takes.
  NamedTensors sample() const;
  std::optional<CalibrationTable> known_table() const;
  void keep_table(bool was_there) const;
  void calibrate();
  void convert();
  void convert_rival();
  void simulate_saturation();
  std::vector<MetricEstimate> evaluate_float();
  void evaluate_quantized();
  void judge_by_file();
  Json latency_json() const;
  Json requires_json() const;
  Json seconds_json() const;

  VerbRun& run_;
  const Config& config_;
  Stopwatch total_;
  QuantizationSetup setup_;
  StagingFolder staging_;
  std::filesystem::path output_;
  ModelMaker maker_;
  JudgeFunction judge_;  ///< of saved models; empty where data and metrics judge
  TuneConfig chosen_;
  std::optional<TuneConfig> rival_;  ///< the other configuration that the capability file wants tried
  QuantizationPlan outline_;
  Json saturation_ = nullptr;  ///< where sums saturate on the target: the products that do
  Json approaches_ = nullptr;  ///< what came of trying the rival
  DataSplit data_;
  std::optional<DataLoader> evaluation_;
  std::optional<Judgement> judgement_;
  QuantizeResult quantized_;
  SavedModel reopened_;
  Json verified_ = nullptr;
  std::optional<PairedLatency> latency_;
  std::map<std::string, double> seconds_;
  // Last: it reads what stands above until it is through.
  std::future<std::string> prepared_sha256_;
};

}  // namespace halftone

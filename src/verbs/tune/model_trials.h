#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "evaluation/latency.h"
#include "halftone/adaptor.h"
#include "tuning/tuner.h"
#include "verbs/model_maker.h"
#include "verbs/output_files.h"
#include "verbs/quantization_setup.h"
#include "verbs/tune/search_progress.h"
#include "verbs/tune/trial_judge.h"

namespace halftone {

/// What trials work on; all of it outlives them.
struct TrialParts {
  const QuantizationSetup& setup;
  const ModelMaker& maker;
  PlanningCache& cache;
  TrialJudge& judge;
  SearchProgress& progress;
  NamedTensors sample;  ///< what latencies are measured on
  std::filesystem::path output;
  std::string library;            ///< of the framework, as the user named it
  std::filesystem::path program;  ///< the halftone command, where memory is measured; empty where it is not
  int threads = 1;
  double confidence = 0.95;
  double latency_seconds = 1;  ///< for the pairs of one trial
};

/// A trial is plan, conversion, evaluation and paired timing, all in memory: calibration is over, unless the backend
/// has quantize() alone, and float's session stays open. Configurations that come to the same plan are measured once.
class ModelTrials final : public TrialRunner {
 public:
  explicit ModelTrials(TrialParts parts);
  ~ModelTrials() override;

  TrialMeasurement measure_float() override;
  TrialMeasurement run(const Proposal& proposal, int id) override;
  /// Saves the model in its place, whole or not at all.
  void keep(const Trial& trial) override;

  /// Of what was kept last; absent for float.
  const std::optional<QuantizationPlan>& kept_plan() const { return kept_plan_; }

 private:
  const Adaptor& adaptor() const { return *parts_.setup.opened.adaptor; }
  const Model& float_model() const { return *parts_.setup.opened.model; }
  std::filesystem::path staged(const Model& model);
  void judge_into(const Model& model, int id, TrialMeasurement& measured);
  void time_into(const Model& model, TrialMeasurement& measured);
  std::optional<std::uint64_t> peak_memory(const std::filesystem::path& model) const;

  TrialParts parts_;
  std::unique_ptr<Session> float_session_;
  std::map<std::string, TrialMeasurement> by_plan_;
  std::unique_ptr<StagingFolder> staging_;  ///< of the trial under way
  std::string last_config_;
  bool last_was_judged_ = false;
  QuantizeResult last_;
  std::optional<QuantizationPlan> kept_plan_;
};

}  // namespace halftone

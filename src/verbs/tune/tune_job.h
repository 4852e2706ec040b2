#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "report/history_file.h"
#include "tuning/tuner.h"
#include "verbs/data_split.h"
#include "verbs/model_maker.h"
#include "verbs/quantization_setup.h"
#include "verbs/stopwatch.h"
#include "verbs/tune/model_sensitivity.h"
#include "verbs/tune/model_trials.h"
#include "verbs/tune/search_progress.h"
#include "verbs/verbs.h"

namespace halftone {

/// A search for one model, stage by stage; the stages are called in the order declared here. The best model so far is
/// at its place at every moment after the first trial.
class TuneJob final : public TuningListener {
 public:
  /// Loads and prepares the model. All arguments must outlive the job; `progress` is the one that `run` reports to.
  TuneJob(VerbRun& run, SearchProgress& progress, const Config& config, const TuneRequest& request,
          const TimeBudget& budget);
  ~TuneJob() override;

  /// What may be chosen, and who chooses. Throws configuration where the strategy lacks a skill or data are missing.
  void set_up();
  void calibrate();
  /// Runs trials until the search is over; returns only then, whatever ends it.
  void search();
  /// Reads the model that was kept back, proves it, and judges it once more.
  void confirm();
  Result result();

 private:
  void started(int id, const Proposal& proposal) override;
  void finished(const Trial& trial, bool repeated) override;

  const Adaptor& adaptor() const { return *setup_.opened.adaptor; }
  const std::vector<TensorSignature>& inputs() const { return setup_.opened.inputs; }
  std::filesystem::path side_file(const std::string& ending) const;
  std::filesystem::path table_file() const;
  void open_data();
  bool needs_data() const;
  std::optional<DataLoader> samples_to_rank_by() const;
  std::unique_ptr<TrialJudge> make_judge();
  std::unique_ptr<TrialJudge> judge_by_data();
  SearchData search_data() const;
  std::string judgement_text() const;
  HistoryHeader header() const;
  void open_history();
  NamedTensors sample() const;
  void check_float_model();
  Json goal_json() const;
  Json trials_json() const;
  Json units_json() const;
  Json sensitivity_json() const;
  Json selection_json() const;
  Json best_json() const;
  Json seconds_json() const;
  std::string verdict() const;

  VerbRun& run_;
  SearchProgress& progress_;
  const Config& config_;
  const TuneRequest& request_;
  const TimeBudget& budget_;
  Stopwatch total_;
  QuantizationSetup setup_;
  ModelMaker maker_;
  TuneConfig initial_;
  std::optional<TuneConfig> rival_;
  std::optional<TuningSpace> space_;
  DataSplit data_;
  PlanningCache cache_;
  std::unique_ptr<TrialJudge> judge_;
  TuningGoal goal_;
  HistoryRecord record_;
  std::unique_ptr<HistoryFile> file_;
  std::unique_ptr<ModelSensitivity> sensitivity_;
  std::unique_ptr<Strategy> strategy_;
  std::unique_ptr<ModelTrials> trials_;
  std::unique_ptr<Tuner> tuner_;
  TuningOutcome outcome_;
  std::optional<SelectedModel> selected_;
  std::unique_ptr<Model> reopened_;
  Json verified_ = nullptr;
  std::map<std::string, double> seconds_;
};

}  // namespace halftone

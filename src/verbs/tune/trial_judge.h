#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "halftone/adaptor.h"
#include "tuning/criterion.h"
#include "verbs/metric_choice.h"
#include "verbs/model_comparison.h"

namespace halftone {

/// What judging a model by its outputs gave.
struct JudgedModel {
  std::map<std::string, Estimate> metrics;
  std::map<std::string, Estimate> deltas;  ///< to float
  std::uint64_t samples = 0;
  bool stopped_early = false;
};

/// How the interval of the chosen model is kept honest although it was chosen among many.
struct SelectedModel {
  std::string how;        ///< fresh_samples or split_confidence
  double confidence = 0;  ///< of the intervals
  std::uint64_t samples = 0;
  std::vector<MetricComparison> comparisons;
};

/// Judges models of a search against float. Float is judged first.
class TrialJudge {
 public:
  virtual ~TrialJudge();
  /// What is measured; the first one decides where the goal names none.
  virtual const std::vector<MeasuredMetric>& metrics() const = 0;
  /// What trials have to keep: a judge may end an evaluation when that is certain.
  virtual void set_goal(AccuracyGoal goal) = 0;
  virtual JudgedModel judge_float(const Model& model, const std::filesystem::path& path) = 0;
  /// `number` counts trials from 1: the confidence is divided among them where verdicts need it. `path` gives the
  /// model's file, saved when asked for.
  virtual JudgedModel judge(const Model& model, const std::function<std::filesystem::path()>& path,
                            std::uint64_t number) = 0;
  /// A model is the best so far: the one judged last, or one of before, whose scores are not there any more.
  virtual void remember(bool last) = 0;
  /// The best one again, chosen among that many trials. Its scores are taken where they are there and all that is
  /// needed; else it is evaluated, or, where there is no time for that, not judged.
  virtual std::optional<SelectedModel> judge_selected(const Model& model, const std::filesystem::path& path,
                                                      std::uint64_t trials, bool may_evaluate) = 0;
  /// Of float, with intervals.
  virtual std::vector<MetricEstimate> baseline_estimates() const = 0;
  /// Of float, sample by sample; empty where the judge has no samples.
  virtual const Measurement& baseline() const = 0;
};

/// Data of a search: what it sees, and what is held back.
struct SearchData {
  DataLoader search;
  std::optional<DataLoader> fresh;
};

struct DataJudgeOptions {
  MetricChoice metrics;
  int threads = 1;
  std::uint64_t seed = 0;
  double confidence = 0.95;
  bool may_stop_early = true;
  PostProcessing postprocess = {};  ///< what metrics see of outputs
};

/// By evaluation data.
class DataJudge final : public TrialJudge {
 public:
  /// The adaptor and the float model must outlive the judge.
  DataJudge(const Adaptor& adaptor, const Model& float_model, SearchData data, DataJudgeOptions options);
  void set_goal(AccuracyGoal goal) override { goal_ = std::move(goal); }

  const std::vector<MeasuredMetric>& metrics() const override { return measured_; }
  JudgedModel judge_float(const Model& model, const std::filesystem::path& path) override;
  JudgedModel judge(const Model& model, const std::function<std::filesystem::path()>& path,
                    std::uint64_t number) override;
  void remember(bool last) override { best_ = last ? std::optional(last_) : std::nullopt; }
  std::optional<SelectedModel> judge_selected(const Model& model, const std::filesystem::path& path,
                                              std::uint64_t trials, bool may_evaluate) override;

  const Measurement& baseline() const override { return baseline_; }
  std::vector<MetricEstimate> baseline_estimates() const override;

 private:
  EvaluateOptions evaluate_options() const;
  void evaluate_float();
  Measurement evaluate_float_on(const DataLoader& data) const;
  Measurement evaluate_all(const Model& model, const DataLoader& data) const;
  Measurement evaluate_rest(const Model& model) const;
  std::optional<std::vector<double>> scores_to_follow() const;
  JudgedModel judge_in_steps(const Model& model, const std::vector<double>& baseline, std::uint64_t number);
  JudgedModel compared(const Measurement& candidate, double confidence) const;

  const Adaptor& adaptor_;
  const Model& float_model_;
  SearchData data_;
  DataJudgeOptions options_;
  AccuracyGoal goal_;
  std::vector<MeasuredMetric> measured_;
  Measurement baseline_;
  bool float_is_evaluated_ = false;
  std::uint64_t samples_ = 0;
  bool one_sample_an_item_ = false;  ///< so that the first samples are the first items
  Measurement last_;
  std::optional<Measurement> best_;
};

}  // namespace halftone

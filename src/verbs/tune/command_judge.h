#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "evaluation/evaluation_command.h"
#include "verbs/tune/trial_judge.h"

namespace halftone {

/// By a user's program that is run for each model's file.
class CommandJudge final : public TrialJudge {
 public:
  using Run = std::function<std::vector<CommandMetric>(const std::filesystem::path& model)>;
  /// Runs the program for float at once, which tells what it measures.
  CommandJudge(Run run, const std::filesystem::path& float_model, double confidence);

  const std::vector<MeasuredMetric>& metrics() const override { return measured_; }
  void set_goal(AccuracyGoal) override {}  // a program judges whole models
  const Measurement& baseline() const override { return no_samples_; }
  JudgedModel judge_float(const Model& model, const std::filesystem::path& path) override;
  JudgedModel judge(const Model& model, const std::function<std::filesystem::path()>& path,
                    std::uint64_t number) override;
  void remember(bool last) override;
  std::optional<SelectedModel> judge_selected(const Model& model, const std::filesystem::path& path,
                                              std::uint64_t trials, bool may_evaluate) override;
  std::vector<MetricEstimate> baseline_estimates() const override;

 private:
  Run run_;
  double confidence_;
  std::vector<CommandMetric> baseline_;
  std::vector<CommandMetric> last_;
  std::optional<std::vector<CommandMetric>> best_;
  std::vector<MeasuredMetric> measured_;
  Measurement no_samples_;
};

}  // namespace halftone

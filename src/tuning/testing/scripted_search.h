#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "halftone/error.h"
#include "tuning/samplers.h"
#include "tuning/tuner.h"

namespace halftone::testing {

inline constexpr const char* kMetric = "top1";

inline TrialMeasurement measured(double accuracy, double baseline, double latency_ratio = 0.5) {
  TrialMeasurement measurement;
  measurement.metrics[kMetric] = {accuracy, accuracy, accuracy};
  measurement.deltas[kMetric] = {accuracy - baseline, accuracy - baseline, accuracy - baseline};
  measurement.latency_ms = 10 * latency_ratio;
  measurement.latency_ratio = Estimate{latency_ratio, latency_ratio, latency_ratio};
  measurement.size_bytes = 1000;
  measurement.samples = 100;
  return measurement;
}

/// Gives out accuracies one after the other, float's first, as the original system's tests of strategies do; or asks a
/// function. Remembers what was tried and kept.
class ScriptedRunner final : public TrialRunner {
 public:
  explicit ScriptedRunner(std::vector<double> accuracies) : accuracies_(std::move(accuracies)) {}
  ScriptedRunner(double of_float, std::function<TrialMeasurement(const Proposal&)> of_trial)
      : accuracies_{of_float}, of_trial_(std::move(of_trial)) {}

  TrialMeasurement measure_float() override { return measured(accuracies_.front(), accuracies_.front(), 1); }
  TrialMeasurement run(const Proposal& proposal, int) override {
    tried.push_back(proposal);
    if (of_trial_) return of_trial_(proposal);
    if (tried.size() >= accuracies_.size()) throw Error(ErrorCode::internal, "the script has no more accuracies");
    return measured(accuracies_[tried.size()], accuracies_.front());
  }
  void keep(const Trial& trial) override { kept.push_back(trial.id); }

  std::vector<Proposal> tried;
  std::vector<int> kept;

 private:
  std::vector<double> accuracies_;
  std::function<TrialMeasurement(const Proposal&)> of_trial_;
};

class TrialNotes final : public TuningListener {
 public:
  void started(int id, const Proposal&) override { begun.push_back(id); }
  void finished(const Trial& trial, bool was_repeated) override {
    finished_ids.push_back(trial.id);
    repeated += was_repeated ? 1 : 0;
  }
  std::vector<int> begun;
  std::vector<int> finished_ids;
  int repeated = 0;
};

/// Within 1 % of float, as the original's default.
inline TuningGoal one_percent() {
  TuningGoal goal;
  goal.accuracy.criteria.push_back({kMetric, parse_max_drop("1%"), "1%", true, std::nullopt});
  return goal;
}

inline StopRules stop_at_success() {
  StopRules rules;
  rules.effort = Effort::first;
  return rules;
}

/// What a whole scripted search came to.
struct ScriptedSearch {
  ScriptedRunner runner;
  TrialNotes notes;
  TimeBudget budget{std::nullopt};
  TuningOutcome outcome;
  TrialHistory history;

  ScriptedSearch(ScriptedRunner scripted, Strategy& strategy, const TuningGoal& goal, const StopRules& rules)
      : runner(std::move(scripted)) {
    Tuner tuner(strategy, runner, notes, goal, rules, budget);
    outcome = tuner.run();
    history = tuner.history();
  }
  /// Names of the units that the chosen configuration quantizes.
  std::vector<std::string> quantized(const TuningSpace& space) const {
    return quantized_in(space, history.trials()[static_cast<std::size_t>(outcome.best.value())].proposal.config);
  }
};

inline StrategyContext context_of(const TuningSpace& space, SensitivitySource* sensitivity = nullptr) {
  return {space, space.first_choices(QuantMode::static_), std::nullopt, 7, sensitivity};
}

}  // namespace halftone::testing

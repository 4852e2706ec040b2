#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/tuning.h"
#include "tuning/criterion.h"
#include "tuning/objective.h"

namespace halftone {

/// When a search is through: at the first model that meets the target; when the budget or the strategy is; or the same
/// with every trial seeing all the data.
enum class Effort { first, normal, thorough };
/// Throws configuration for another word.
Effort parse_effort(std::string_view word);
std::string_view to_string(Effort effort);

/// Why a search ended. no_gain: models meet the target, and none of them is better than float.
enum class StopReason { target_met, max_trials, timeout, exhausted, no_gain, interrupted, end_of_history };
std::string_view to_string(StopReason reason);

struct StopRules {
  Effort effort = Effort::normal;
  int max_trials = 50;                                   ///< beside float
  std::optional<std::chrono::duration<double>> timeout;  ///< of the whole search, calibration included
};

/// What models must reach and what the search makes as good as it can.
struct TuningGoal {
  AccuracyGoal accuracy;
  Objective objective;
  std::optional<double> min_speedup;
};

/// Time that a search may take, from when this is made.
class TimeBudget {
 public:
  explicit TimeBudget(std::optional<std::chrono::duration<double>> limit) : limit_(limit) {}
  bool is_over() const { return limit_ && spent() >= *limit_; }
  std::chrono::duration<double> spent() const { return std::chrono::steady_clock::now() - start_; }

 private:
  std::optional<std::chrono::duration<double>> limit_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Does what a trial is: plan, convert, evaluate, time. Throws Error for a trial that fails, and Error(interrupted)
/// where the user or the time budget ends it.
class TrialRunner {
 public:
  virtual ~TrialRunner();
  virtual TrialMeasurement measure_float() = 0;
  /// `id` counts trials from 1, those of an earlier part of the same search among them.
  virtual TrialMeasurement run(const Proposal& proposal, int id) = 0;
  /// The model of that trial is the best so far: keep it where the user will look for it.
  virtual void keep(const Trial& trial) = 0;
};

/// Follows a search. `best` is the trial kept so far, absent where there is none.
class TuningListener {
 public:
  virtual ~TuningListener();
  virtual void started(int id, const Proposal& proposal) = 0;
  /// Called as soon as a trial is over, before its model is kept. `repeated`: it was in the record, nothing was run.
  virtual void finished(const Trial& trial, bool repeated) = 0;
};

/// What is known of earlier trials of the same search.
struct KnownTrials {
  const TrialHistory* record = nullptr;  ///< null: nothing
  bool nothing_else = false;             ///< a replay: what is not in the record is not run
};

struct TuningOutcome {
  std::optional<int> best;  ///< the trial whose model was kept
  bool target_met = false;
  StopReason reason = StopReason::exhausted;
};

/// The loop of a search: asks the strategy, has trials run, judges them, keeps the best, and knows when to stop.
class Tuner {
 public:
  /// All arguments must outlive the tuner.
  Tuner(Strategy& strategy, TrialRunner& runner, TuningListener& listener, TuningGoal goal, StopRules rules,
        const TimeBudget& budget);
  /// Throws what measuring float throws; a trial that fails is a value in the history.
  TuningOutcome run(const KnownTrials& known = {});
  const TrialHistory& history() const { return history_; }

 private:
  const Trial* recorded(const KnownTrials& known, const TuneConfig& config) const;
  bool measure_baseline(const KnownTrials& known);
  std::optional<StopReason> step(const KnownTrials& known);
  std::optional<StopReason> stop_before_trial() const;
  void run_trial(Trial& trial);
  void judge(Trial& trial) const;
  bool is_fast_enough(const TrialMeasurement& measured) const;
  bool is_nearer(const Trial& a, const Trial& b) const;
  void keep_best(bool may_convert);
  std::optional<int> best() const;
  TuningOutcome outcome(StopReason reason);

  Strategy& strategy_;
  TrialRunner& runner_;
  TuningListener& listener_;
  TuningGoal goal_;
  StopRules rules_;
  const TimeBudget& budget_;
  TrialHistory history_;
  std::optional<int> kept_;
};

}  // namespace halftone

#include "tuning/tuner.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::array kEfforts{Effort::first, Effort::normal, Effort::thorough};
/// A strategy that proposes nothing but what was tried already has run out of ideas.
constexpr int kMostRepetitions = 10'000;

// Of positive numbers; an open end stays open.
Estimate inverse(const Estimate& ratio) { return {1 / ratio.value, 1 / ratio.high, 1 / ratio.low}; }

constexpr double kWorstScore = -2;
/// A miss by that many times what may be lost is as bad as any greater one.
constexpr double kFarthestMiss = 10;

double score_of_miss(double margin) { return -1 + std::clamp(margin, -kFarthestMiss, 0.0) / kFarthestMiss; }

/// Cost of a trial over float's, under one part of the objective.
double cost_ratio(ObjectiveKind kind, const TuningGoal& goal, const TrialMeasurement& baseline,
                  const TrialMeasurement& trial) {
  switch (kind) {
    case ObjectiveKind::latency:
      return trial.latency_ratio ? trial.latency_ratio->value : 1;
    case ObjectiveKind::size:
      return baseline.size_bytes == 0
                 ? 1
                 : static_cast<double>(trial.size_bytes) / static_cast<double>(baseline.size_bytes);
    case ObjectiveKind::memory:
      if (!trial.peak_memory_bytes || baseline.peak_memory_bytes.value_or(0) == 0) return 1;
      return static_cast<double>(*trial.peak_memory_bytes) / static_cast<double>(*baseline.peak_memory_bytes);
    case ObjectiveKind::accuracy:
      break;
  }
  if (goal.accuracy.criteria.empty()) return 1;
  const MetricCriterion& first = goal.accuracy.criteria.front();
  const double delta = trial.deltas.at(first.metric).value;
  const double scale = std::max(std::abs(baseline.metrics.at(first.metric).value), 1e-12);
  return 1 - (first.higher_is_better ? delta : -delta) / scale;
}

double saved_cost(const TuningGoal& goal, const TrialMeasurement& baseline, const TrialMeasurement& trial) {
  double sum = 0;
  double weights = 0;
  for (const auto& [kind, weight] : goal.objective.parts) {
    sum += weight * cost_ratio(kind, goal, baseline, trial);
    weights += weight;
  }
  return std::clamp(1 - sum / weights, -1.0, 1.0);
}

}  // namespace

TrialRunner::~TrialRunner() = default;
TuningListener::~TuningListener() = default;

std::string_view to_string(Effort effort) {
  switch (effort) {
    case Effort::first:
      return "first";
    case Effort::normal:
      return "normal";
    case Effort::thorough:
      return "thorough";
  }
  return "unknown";
}

Effort parse_effort(std::string_view word) {
  std::vector<std::string> known;
  for (const Effort effort : kEfforts) {
    if (to_string(effort) == word) return effort;
    known.emplace_back(to_string(effort));
  }
  throw Error(ErrorCode::configuration, "there is no effort '" + std::string(word) + "'", suggest(word, known));
}

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::target_met:
      return "target_met";
    case StopReason::max_trials:
      return "max_trials";
    case StopReason::timeout:
      return "timeout";
    case StopReason::exhausted:
      return "exhausted";
    case StopReason::no_gain:
      return "no_gain";
    case StopReason::interrupted:
      return "interrupted";
    case StopReason::end_of_history:
      return "end_of_history";
  }
  return "unknown";
}

Tuner::Tuner(Strategy& strategy, TrialRunner& runner, TuningListener& listener, TuningGoal goal, StopRules rules,
             const TimeBudget& budget)
    : strategy_(strategy),
      runner_(runner),
      listener_(listener),
      goal_(std::move(goal)),
      rules_(rules),
      budget_(budget) {}

TuningOutcome Tuner::run(const KnownTrials& known) {
  check(goal_.accuracy);
  if (!measure_baseline(known)) return outcome(StopReason::end_of_history);
  for (;;) {
    try {
      if (const std::optional<StopReason> reason = step(known)) return outcome(*reason);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted) throw;
      return outcome(budget_.is_over() ? StopReason::timeout : StopReason::interrupted);
    }
  }
}

const Trial* Tuner::recorded(const KnownTrials& known, const TuneConfig& config) const {
  return known.record == nullptr ? nullptr : known.record->find(config);
}

bool Tuner::measure_baseline(const KnownTrials& known) {
  Trial trial;
  trial.proposal.stage = "float";
  trial.proposal.changes = "every op in float";
  const bool repeated = known.record != nullptr && !known.record->empty();
  if (repeated) {
    trial = known.record->baseline();
  } else {
    if (known.nothing_else) return false;
    listener_.started(0, trial.proposal);
    trial.measured = runner_.measure_float();
  }
  for (const MetricCriterion& criterion : goal_.accuracy.criteria) limit_of(criterion, trial.measured);
  listener_.finished(history_.add(std::move(trial)), repeated);
  return true;
}

std::optional<StopReason> Tuner::stop_before_trial() const {
  if (budget_.is_over()) return StopReason::timeout;
  if (history_.trials().size() > static_cast<std::size_t>(rules_.max_trials)) return StopReason::max_trials;
  const bool met = history_.any_met() && history_.trials().size() > 1;
  if (rules_.effort == Effort::first && met && !strategy_.improves_on_success()) return StopReason::target_met;
  return std::nullopt;
}

std::optional<StopReason> Tuner::step(const KnownTrials& known) {
  if (const auto reason = stop_before_trial()) return reason;
  std::optional<Proposal> proposal = strategy_.next(history_);
  for (int i = 0; proposal && history_.find(proposal->config) != nullptr; ++i) {
    if (i == kMostRepetitions) return StopReason::exhausted;
    proposal = strategy_.next(history_);
  }
  if (!proposal) return StopReason::exhausted;
  Trial trial;
  const Trial* record = recorded(known, proposal->config);
  if (record != nullptr) {
    trial = *record;
  } else if (known.nothing_else) {
    return StopReason::end_of_history;
  } else {
    keep_best(true);  // of trials that were in the record
    trial.id = static_cast<int>(history_.trials().size());
    listener_.started(trial.id, *proposal);
  }
  trial.proposal = std::move(*proposal);
  if (record == nullptr) run_trial(trial);
  judge(trial);
  listener_.finished(history_.add(std::move(trial)), record != nullptr);
  keep_best(record == nullptr);
  return std::nullopt;
}

void Tuner::run_trial(Trial& trial) {
  try {
    trial.measured = runner_.run(trial.proposal, trial.id);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    trial.error = error.message();
  }
}

void Tuner::judge(Trial& trial) const {
  const TrialMeasurement& baseline = history_.baseline().measured;
  trial.met = false;
  trial.accuracy.reset();
  trial.margin = -std::numeric_limits<double>::infinity();
  trial.score = kWorstScore;
  if (trial.failed()) return;
  trial.accuracy = judge_accuracy(goal_.accuracy, baseline, trial.measured);
  trial.margin = margin(goal_.accuracy, baseline, trial.measured);
  trial.met = *trial.accuracy == Verdict::met && is_fast_enough(trial.measured);
  trial.score = trial.met ? saved_cost(goal_, baseline, trial.measured) : score_of_miss(trial.margin);
}

bool Tuner::is_fast_enough(const TrialMeasurement& measured) const {
  if (!goal_.min_speedup) return true;
  const std::optional<Estimate>& ratio = measured.latency_ratio;
  return ratio && judge_speedup(inverse(*ratio), *goal_.min_speedup, goal_.accuracy.decide) == Verdict::met;
}

std::optional<int> Tuner::best() const {
  const std::vector<MetricCriterion>& criteria = goal_.accuracy.criteria;
  const bool higher = criteria.empty() || criteria.front().higher_is_better;
  if (history_.any_met()) {
    return choose_best(history_, goal_.objective, criteria.empty() ? "" : criteria.front().metric, higher);
  }
  const Trial* nearest = nullptr;
  for (const Trial& trial : history_.trials()) {
    if (trial.id != 0 && !trial.failed() && (nearest == nullptr || is_nearer(trial, *nearest))) nearest = &trial;
  }
  return nearest == nullptr ? std::nullopt : std::optional(nearest->id);
}

/// Of two trials that miss the target: the accurate one, of accurate ones the one that saves more, of others the one
/// that misses by less.
bool Tuner::is_nearer(const Trial& a, const Trial& b) const {
  const bool accurate = a.accuracy == Verdict::met;
  if (accurate != (b.accuracy == Verdict::met)) return accurate;
  if (!accurate) return a.margin > b.margin;
  const TrialMeasurement& baseline = history_.baseline().measured;
  return saved_cost(goal_, baseline, a.measured) > saved_cost(goal_, baseline, b.measured);
}

void Tuner::keep_best(bool may_convert) {
  const std::optional<int> now = best();
  if (!now || now == kept_ || !may_convert) return;
  runner_.keep(history_.trials()[static_cast<std::size_t>(*now)]);
  kept_ = now;
}

TuningOutcome Tuner::outcome(StopReason reason) {
  TuningOutcome outcome;
  outcome.reason = reason;
  outcome.best = best();
  outcome.target_met = history_.any_met();
  if (!outcome.best) {
    // Nothing could be tried, or everything failed: float is what there is.
    if (!history_.empty()) outcome.best = 0;
    outcome.target_met = false;
  }
  if (outcome.best && outcome.best != kept_) {
    runner_.keep(history_.trials()[static_cast<std::size_t>(*outcome.best)]);
    kept_ = outcome.best;
  }
  const bool ran_out = reason == StopReason::exhausted || reason == StopReason::max_trials ||
                       reason == StopReason::timeout || reason == StopReason::target_met;
  if (outcome.target_met && outcome.best == 0 && ran_out) outcome.reason = StopReason::no_gain;
  return outcome;
}

}  // namespace halftone

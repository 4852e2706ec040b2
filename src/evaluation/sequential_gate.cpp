#include "evaluation/sequential_gate.h"

#include <utility>

#include "evaluation/distributions.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// The confidence that is left when `share` of the error may be made.
double confidence_of(double confidence, double share) { return 1 - 2 * tail_of(confidence) * share; }

double mean_of(const Metric& metric, std::span<const double> scores) {
  const MeanMetric* mean = metric.as_mean();
  if (mean != nullptr) return mean->aggregate(scores);
  throw Error(ErrorCode::invalid_argument, "metric '" + metric.name() + "' is no mean of scores",
              "ask early_stopping_for()");
}

}  // namespace

EarlyStopping early_stopping_for(const Metric& metric, bool random_access) {
  if (!difference_bounds(metric)) {
    return {false, "scores of '" + metric.name() + "' have no bounds, so that no few samples can settle their mean"};
  }
  if (!random_access) {
    return {false, "data that can only be streamed come in an order that need not be random, and are read to the end"};
  }
  return {};
}

std::string_view to_string(IntervalKind kind) { return kind == IntervalKind::sequence ? "sequence" : "fixed"; }

SequentialGate::SequentialGate(const Metric& metric, std::span<const double> baseline, const DropCriterion& criterion,
                               EarlyStopping early)
    : metric_(metric),
      baseline_(baseline),
      criterion_(criterion),
      early_(std::move(early)),
      baseline_value_(mean_of(metric, baseline)),
      allowed_(criterion.max_drop.limit(baseline_value_, metric.higher_is_better()) - baseline_value_) {
  const double looking = confidence_of(criterion.confidence, kLookingShare);
  if (!early_.possible) return;
  const std::optional<Bounds> bounds = difference_bounds(metric);
  if (!bounds) {
    throw Error(ErrorCode::invalid_argument, "metric '" + metric.name() + "' has no bounds for early stopping",
                "ask early_stopping_for()");
  }
  sequence_.emplace(*bounds, looking);
  if (criterion.decide == Decide::estimate) of_all_.emplace(*bounds, edge(), baseline.size(), criterion.confidence);
}

std::optional<Verdict> SequentialGate::show(std::span<const double> candidate) {
  if (verdict_) throw Error(ErrorCode::invalid_argument, "the trial is decided already");
  if (candidate.size() > baseline_.size() - candidate_.size()) {
    throw Error(
        ErrorCode::invalid_data,
        "the candidate has scores of more samples than the " + std::to_string(baseline_.size()) + " of the baseline",
        "evaluate both models on the same samples");
  }
  for (const double score : candidate) {
    const double difference = score - baseline_[candidate_.size()];
    if (sequence_) sequence_->add(difference);
    if (of_all_) of_all_->add(difference);
    candidate_.push_back(score);
  }
  // With all samples there, the fixed interval has the last word.
  if (sequence_ && !candidate_.empty() && candidate_.size() < baseline_.size()) verdict_ = look();
  return verdict_;
}

std::optional<Verdict> SequentialGate::look() const {
  const bool higher = metric_.higher_is_better();
  if (of_all_) {
    const std::optional<bool> above = of_all_->is_at_least();
    if (!above) return std::nullopt;
    return *above == higher ? Verdict::met : Verdict::not_met;
  }
  const bool above = sequence_->is_at_least(edge());
  const bool below = sequence_->is_at_most(edge());
  if (above == below) return std::nullopt;
  return above == higher ? Verdict::met : Verdict::not_met;
}

// What is on the limit passes.
double SequentialGate::edge() const {
  return metric_.higher_is_better() ? allowed_ - kLimitRounding : allowed_ + kLimitRounding;
}

SequentialOutcome SequentialGate::outcome() const {
  if (candidate_.empty()) throw Error(ErrorCode::invalid_data, "nothing of the trial was evaluated");
  SequentialOutcome outcome;
  outcome.samples = candidate_.size();
  outcome.stopped_early = verdict_.has_value();
  const bool complete = candidate_.size() == baseline_.size();
  outcome.interval = sequence_ && !complete ? IntervalKind::sequence : IntervalKind::fixed;
  if (outcome.interval == IntervalKind::sequence) {
    outcome.confidence = confidence_of(criterion_.confidence, kLookingShare);
    outcome.delta = sequence_->interval();
  } else {
    outcome.confidence = sequence_ ? confidence_of(criterion_.confidence, 1 - kLookingShare) : criterion_.confidence;
    outcome.delta = estimate_delta(metric_, baseline_.first(candidate_.size()), candidate_, outcome.confidence);
  }
  outcome.gate = judge_drop(baseline_value_, outcome.delta, metric_.higher_is_better(), criterion_.max_drop,
                            criterion_.decide, outcome.samples);
  if (verdict_) outcome.gate.verdict = *verdict_;
  return outcome;
}

}  // namespace halftone

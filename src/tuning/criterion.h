#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/gate.h"
#include "halftone/evaluation.h"
#include "halftone/tuning.h"

namespace halftone {

/// What one metric may lose.
struct MetricCriterion {
  std::string metric;
  MaxDrop max_drop;
  std::string text;  ///< as the user wrote it
  bool higher_is_better = true;
  std::optional<double> weight;  ///< of all criteria or none
};

/// What a model must keep to be accepted. Without weights each criterion must be met; with weights their weighted sum
/// must, under the tolerance of the first.
struct AccuracyGoal {
  std::vector<MetricCriterion> criteria;  ///< empty: every model is accurate enough
  Decide decide = Decide::estimate;
  double confidence = 0.95;
  bool weighted() const { return !criteria.empty() && criteria.front().weight.has_value(); }
};

/// Throws configuration where some criteria have weights and others none, weights are negative or all zero, the
/// weighted metrics do not point in one direction, or a metric appears twice.
void check(const AccuracyGoal& goal);

/// The value of a criterion that just passes, given what float reaches. Throws invalid_data where float has no value of
/// the metric.
double limit_of(const MetricCriterion& criterion, const TrialMeasurement& baseline);

/// Whether a trial keeps the accuracy. Throws configuration for a metric that has no difference to float.
Verdict judge_accuracy(const AccuracyGoal& goal, const TrialMeasurement& baseline, const TrialMeasurement& trial);

/// How far a trial is above what it must reach, in units of what it may lose; negative where it misses. Of several
/// criteria the least. Orders trials that miss the target.
double margin(const AccuracyGoal& goal, const TrialMeasurement& baseline, const TrialMeasurement& trial);

}  // namespace halftone

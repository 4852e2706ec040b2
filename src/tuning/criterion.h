#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// A tolerated loss for the first metric ("0.5pt"), or for each of several ("top1=0.5pt,top5=1%"), by name; empty for
/// the first. Throws invalid_argument.
std::vector<std::pair<std::string, std::string>> parse_max_drops(std::string_view text);
/// "top1=0.7,top5=0.3". Throws invalid_argument for what is no weight.
std::map<std::string, double> parse_weights(std::string_view text);
/// A metric that is measured, and its direction.
struct MeasuredMetric {
  std::string name;
  bool higher_is_better = true;
};
/// The goal of a configuration over the metrics that are measured. Throws configuration for a metric that is not among
/// them, and what check() throws.
AccuracyGoal make_accuracy_goal(std::string_view max_drop, std::string_view weights,
                                const std::vector<MeasuredMetric>& metrics, Decide decide, double confidence);

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

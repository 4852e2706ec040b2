#include "tuning/criterion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "halftone/error.h"

namespace halftone {
namespace {

const Estimate& value_of(const std::string& metric, const std::map<std::string, Estimate>& values, const char* whose) {
  const auto found = values.find(metric);
  if (found != values.end()) return found->second;
  throw Error(ErrorCode::configuration, "a loss of '" + metric + "' cannot be judged: " + whose + " has none",
              "name another metric first (--metrics agreement,cosine)");
}

/// One number made of several metrics, with the ends of their intervals added up: a bound that holds whatever the
/// metrics have to do with each other.
Estimate weighted_sum(const AccuracyGoal& goal, const std::map<std::string, Estimate>& values, const char* whose) {
  Estimate sum;
  for (const MetricCriterion& criterion : goal.criteria) {
    const Estimate& value = value_of(criterion.metric, values, whose);
    const double weight = criterion.weight.value_or(0);
    if (weight == 0) continue;  // an open end times nothing is nothing
    sum.value += weight * value.value;
    sum.low += weight * value.low;
    sum.high += weight * value.high;
  }
  return sum;
}

/// What a verdict rests on: float's value, and the paired difference to it.
struct Compared {
  double baseline = 0;
  Estimate delta;
  const MetricCriterion* criterion = nullptr;
};

std::vector<Compared> compared(const AccuracyGoal& goal, const TrialMeasurement& baseline,
                               const TrialMeasurement& trial) {
  if (goal.weighted()) {
    return {{weighted_sum(goal, baseline.metrics, "the float model").value,
             weighted_sum(goal, trial.deltas, "the comparison with float"), &goal.criteria.front()}};
  }
  std::vector<Compared> all;
  for (const MetricCriterion& criterion : goal.criteria) {
    all.push_back({value_of(criterion.metric, baseline.metrics, "the float model").value,
                   value_of(criterion.metric, trial.deltas, "the comparison with float"), &criterion});
  }
  return all;
}

double sign_of(const MetricCriterion& criterion) { return criterion.higher_is_better ? 1 : -1; }

}  // namespace

void check(const AccuracyGoal& goal) {
  std::set<std::string> names;
  double sum = 0;
  for (const MetricCriterion& criterion : goal.criteria) {
    const auto fail = [&](const std::string& problem, const std::string& hint) {
      throw Error(ErrorCode::configuration, "criterion '" + criterion.metric + "': " + problem, hint);
    };
    if (!names.insert(criterion.metric).second) fail("the metric has two criteria", "leave one out");
    if (criterion.weight.has_value() != goal.weighted())
      fail("not every criterion has a weight", "give all one, or none");
    if (!criterion.weight) continue;
    if (*criterion.weight < 0 || !std::isfinite(*criterion.weight)) fail("its weight is negative", "0 or more");
    if (*criterion.weight > 0 && criterion.higher_is_better != goal.criteria.front().higher_is_better) {
      fail("it is better in the other direction than '" + goal.criteria.front().metric + "'",
           "metrics that are added up must point in one direction; leave the weights out to judge each alone");
    }
    sum += *criterion.weight;
  }
  if (goal.weighted() && sum == 0) {
    throw Error(ErrorCode::configuration, "the weights of the metrics are all zero", "give one of them more");
  }
}

double limit_of(const MetricCriterion& criterion, const TrialMeasurement& baseline) {
  return criterion.max_drop.limit(value_of(criterion.metric, baseline.metrics, "the float model").value,
                                  criterion.higher_is_better);
}

Verdict judge_accuracy(const AccuracyGoal& goal, const TrialMeasurement& baseline, const TrialMeasurement& trial) {
  Verdict verdict = Verdict::met;
  for (const Compared& pair : compared(goal, baseline, trial)) {
    const GateOutcome outcome = judge_drop(pair.baseline, pair.delta, pair.criterion->higher_is_better,
                                           pair.criterion->max_drop, goal.decide, trial.samples);
    verdict = both(verdict, outcome.verdict);
  }
  return verdict;
}

double margin(const AccuracyGoal& goal, const TrialMeasurement& baseline, const TrialMeasurement& trial) {
  double least = std::numeric_limits<double>::infinity();
  for (const Compared& pair : compared(goal, baseline, trial)) {
    const double limit = pair.criterion->max_drop.limit(pair.baseline, pair.criterion->higher_is_better);
    const double allowed = std::max(std::abs(pair.baseline - limit), std::numeric_limits<double>::epsilon());
    const double above = sign_of(*pair.criterion) * (pair.baseline + pair.delta.value - limit);
    least = std::min(least, above / allowed);
  }
  return least;
}

}  // namespace halftone

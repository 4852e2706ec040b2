#include "tuning/criterion.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "base/nearest_word.h"
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

/// "a=b,c=d" as pairs; a part without a sign of equality has an empty name.
std::vector<std::pair<std::string, std::string>> named_parts(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string_view part = text.substr(begin, comma - begin);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos)
      parts.emplace_back("", part);
    else
      parts.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    begin = comma + 1;
  }
  return parts;
}

const MeasuredMetric& measured_metric(const std::string& name, const std::vector<MeasuredMetric>& metrics,
                                      const char* what) {
  const auto found = std::ranges::find(metrics, name, &MeasuredMetric::name);
  if (found != metrics.end()) return *found;
  std::vector<std::string> names;
  for (const MeasuredMetric& metric : metrics) names.push_back(metric.name);
  throw Error(ErrorCode::configuration, std::string(what) + ": '" + name + "' is not measured",
              suggest(name, names) + "; --metrics names what is");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_max_drops(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> drops = named_parts(text);
  for (const auto& [metric, drop] : drops) {
    parse_max_drop(drop);
    if (!metric.empty() || drops.size() == 1) continue;
    throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' has a loss without a metric",
                "write top1=0.5pt,top5=1%");
  }
  return drops;
}

std::map<std::string, double> parse_weights(std::string_view text) {
  std::map<std::string, double> weights;
  if (text.empty()) return weights;
  for (const auto& [metric, number] : named_parts(text)) {
    double weight = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
    const bool whole = error == std::errc() && end == number.data() + number.size();
    if (!metric.empty() && whole && std::isfinite(weight) && weight >= 0 && weights.emplace(metric, weight).second) {
      continue;
    }
    throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' are no weights",
                "write top1=0.7,top5=0.3, each metric once");
  }
  return weights;
}

AccuracyGoal make_accuracy_goal(std::string_view max_drop, std::string_view weights,
                                const std::vector<MeasuredMetric>& metrics, Decide decide, double confidence) {
  AccuracyGoal goal{{}, decide, confidence};
  const std::map<std::string, double> by_metric = parse_weights(weights);
  for (const auto& [named, drop] : parse_max_drops(max_drop)) {
    const MeasuredMetric& metric = named.empty() ? metrics.at(0) : measured_metric(named, metrics, "max_drop");
    goal.criteria.push_back({metric.name, parse_max_drop(drop), drop, metric.higher_is_better, {}});
  }
  for (const auto& [name, weight] : by_metric) {
    const MeasuredMetric& metric = measured_metric(name, metrics, "weights");
    auto found = std::ranges::find(goal.criteria, name, &MetricCriterion::metric);
    if (found == goal.criteria.end()) {
      // A weighted sum has one tolerance: a metric that has none of its own is part of it all the same.
      const MetricCriterion& first = goal.criteria.front();
      found =
          goal.criteria.insert(goal.criteria.end(), {name, first.max_drop, first.text, metric.higher_is_better, {}});
    }
    found->weight = weight;
  }
  check(goal);
  return goal;
}

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

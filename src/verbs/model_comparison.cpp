#include "verbs/model_comparison.h"

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

// Score of a model whose outputs are those it is compared with; nullopt where such a score has no bound of its own.
std::optional<double> score_of_equals(const MeanMetric& metric) {
  if (metric.is_binary()) return 1;
  constexpr std::array<float, 2> kRow{0, 1};
  const double score = metric.score({.output = kRow, .label = 1, .reference = kRow});
  if (score == 0 || score == 1) return score;
  return std::nullopt;
}

/// The float model is what the metric compares with, and so has no value of its own.
bool is_truth(const Metric& metric, const MetricChoice& choice) {
  return metric.truth() == Truth::reference || choice.labels_from_float;
}

/// What the candidate's scores are compared with.
struct Baseline {
  std::vector<double> scores;
  Estimate value;
};

std::optional<Baseline> baseline_of(const MeanMetric& metric, const MetricChoice& choice, const Measurement& measured,
                                    std::size_t samples, double confidence) {
  if (!is_truth(metric, choice)) {
    const std::vector<double>& scores = measured.scores.at(metric.name());
    return Baseline{scores, estimate_metric(metric, scores, confidence)};
  }
  const std::optional<double> score = score_of_equals(metric);
  if (!score) return std::nullopt;
  return Baseline{std::vector<double>(samples, *score), {*score, *score, *score}};
}

Flips count_flips(const std::vector<double>& before, const std::vector<double>& after) {
  Flips flips;
  for (std::size_t i = 0; i < before.size(); ++i) {
    flips.lost += before[i] > after[i] ? 1 : 0;
    flips.gained += before[i] < after[i] ? 1 : 0;
  }
  return flips;
}

MetricComparison compare_means(const MeanMetric& metric, const MetricChoice& choice, const Measurement& baseline,
                               const Measurement& candidate, double confidence) {
  const std::vector<double>& after = candidate.scores.at(metric.name());
  MetricComparison comparison;
  comparison.value = estimate_metric(metric, after, confidence);
  const auto before = baseline_of(metric, choice, baseline, candidate.samples(), confidence);
  if (!before) return comparison;
  comparison.baseline = before->value;
  comparison.delta = estimate_delta(metric, before->scores, after, confidence);
  if (metric.is_binary()) comparison.flips = count_flips(before->scores, after);
  return comparison;
}

Estimate without_interval(double value) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return {value, -kInfinity, kInfinity};
}

/// By samples, or by the one number there is for all of them; absent where nothing was measured.
std::optional<Estimate> estimate_of(const Metric& metric, const Measurement& measured, double confidence,
                                    const Bootstrap& bootstrap) {
  const std::string name = metric.name();
  if (const auto scores = measured.scores.find(name); scores != measured.scores.end()) {
    return estimate_metric(metric, scores->second, confidence);
  }
  if (const auto rows = measured.rows.find(name); rows != measured.rows.end()) {
    return estimate_metric(metric, rows->second, confidence, bootstrap);
  }
  const auto value = measured.values.find(name);
  if (value == measured.values.end()) return std::nullopt;
  if (std::isfinite(value->second)) return without_interval(value->second);
  throw Error(ErrorCode::invalid_data, "the evaluation gave NaN or infinity for '" + name + "'");
}

Estimate require_estimate(const Metric& metric, const Measurement& measured, double confidence,
                          const Bootstrap& bootstrap) {
  if (const auto estimate = estimate_of(metric, measured, confidence, bootstrap)) return *estimate;
  throw Error(ErrorCode::invalid_data, "the evaluation gave no '" + metric.name() + "'");
}

std::optional<Estimate> baseline_value(const Metric& metric, const MetricChoice& choice, const Measurement& baseline,
                                       double confidence, const Bootstrap& bootstrap) {
  if (!is_truth(metric, choice)) return require_estimate(metric, baseline, confidence, bootstrap);
  const MeanMetric* mean = metric.as_mean();
  const std::optional<double> score = mean != nullptr ? score_of_equals(*mean) : std::nullopt;
  return score ? std::optional(Estimate{*score, *score, *score}) : std::nullopt;
}

// Where samples are not told apart, nothing is known of how far chance goes.
MetricComparison compare_values(const Metric& metric, const MetricChoice& choice, const Measurement& baseline,
                                const Measurement& candidate, double confidence, const Bootstrap& bootstrap) {
  MetricComparison comparison;
  comparison.value = require_estimate(metric, candidate, confidence, bootstrap);
  comparison.baseline = baseline_value(metric, choice, baseline, confidence, bootstrap);
  if (comparison.baseline) comparison.delta = without_interval(comparison.value.value - comparison.baseline->value);
  return comparison;
}

bool is_by_samples(const Metric& metric, const Measurement& measured) {
  return measured.scores.contains(metric.name()) || measured.rows.contains(metric.name());
}

// Where the float model is the truth, it has no rows of its own, and so no value to lose from.
MetricComparison compare_rows(const Metric& metric, const MetricChoice& choice, const Measurement& baseline,
                              const Measurement& candidate, double confidence, const Bootstrap& bootstrap) {
  const MetricRows& after = candidate.rows.at(metric.name());
  MetricComparison comparison;
  comparison.value = estimate_metric(metric, after, confidence, bootstrap);
  if (choice.labels_from_float) return comparison;
  const MetricRows& before = baseline.rows.at(metric.name());
  comparison.baseline = estimate_metric(metric, before, confidence, bootstrap);
  comparison.delta = estimate_delta(metric, before, after, confidence, bootstrap);
  return comparison;
}

void require_same_samples(const Measurement& baseline, const Measurement& candidate) {
  if (baseline.ids.empty() || candidate.ids.empty() || baseline.ids == candidate.ids) return;
  throw Error(ErrorCode::invalid_data,
              "the two models were not evaluated on the same samples (" + std::to_string(baseline.samples()) + " and " +
                  std::to_string(candidate.samples()) + ")",
              "data that changes from pass to pass cannot be compared sample by sample");
}

}  // namespace

std::vector<MetricEstimate> estimate_metrics(const MetricChoice& choice, const Measurement& measured, double confidence,
                                             const Bootstrap& bootstrap) {
  std::vector<MetricEstimate> estimates;
  for (const std::string& name : choice.names) {
    const std::unique_ptr<Metric> metric = make_metric(name);
    if (const auto estimate = estimate_of(*metric, measured, confidence, bootstrap)) {
      estimates.push_back({name, *estimate});
    }
  }
  return estimates;
}

Measurement evaluate_baseline(const Adaptor& adaptor, const Model& model, const DataLoader& data,
                              const MetricChoice& choice, int threads, PostProcessing postprocess) {
  EvaluateOptions options;
  options.threads = threads;
  options.postprocess = std::move(postprocess);
  options.metrics.clear();
  for (const std::string& name : choice.names) {
    if (!is_truth(*make_metric(name), choice)) options.metrics.push_back(name);
  }
  if (options.metrics.empty()) return {};
  return adaptor.evaluate(model, data, options);
}

std::uint64_t evaluated_samples(const Measurement& measured, const DataLoader& data) {
  if (!measured.ids.empty() || measured.values.empty()) return measured.samples();
  return data.size().value_or(0);
}

std::vector<MetricEstimate> estimates_of_equals(const MetricChoice& choice) {
  std::vector<MetricEstimate> estimates;
  for (const std::string& name : choice.names) {
    const std::unique_ptr<Metric> metric = make_metric(name);
    const MeanMetric* mean = metric->as_mean();
    if (mean == nullptr || !is_truth(*metric, choice)) continue;
    if (const std::optional<double> score = score_of_equals(*mean)) {
      estimates.push_back({name, {*score, *score, *score}});
    }
  }
  return estimates;
}

std::optional<std::vector<double>> baseline_scores(const Metric& metric, const MetricChoice& choice,
                                                   const Measurement& baseline, std::size_t samples) {
  const MeanMetric* mean = metric.as_mean();
  if (mean == nullptr) return std::nullopt;
  if (!is_truth(metric, choice)) {
    const auto own = baseline.scores.find(metric.name());
    return own == baseline.scores.end() ? std::nullopt : std::optional(own->second);
  }
  const std::optional<double> score = score_of_equals(*mean);
  if (!score || samples == 0) return std::nullopt;
  return std::vector<double>(samples, *score);
}

std::vector<MetricComparison> compare(const MetricChoice& choice, const Measurement& baseline,
                                      const Measurement& candidate, double confidence, const Bootstrap& bootstrap) {
  require_same_samples(baseline, candidate);
  std::vector<MetricComparison> comparisons;
  for (const std::string& name : choice.names) {
    const std::unique_ptr<Metric> metric = make_metric(name);
    const MeanMetric* mean = metric->as_mean();
    const bool by_samples =
        is_by_samples(*metric, candidate) && (is_truth(*metric, choice) || is_by_samples(*metric, baseline));
    if (!by_samples)
      comparisons.push_back(compare_values(*metric, choice, baseline, candidate, confidence, bootstrap));
    else if (mean != nullptr)
      comparisons.push_back(compare_means(*mean, choice, baseline, candidate, confidence));
    else
      comparisons.push_back(compare_rows(*metric, choice, baseline, candidate, confidence, bootstrap));
    comparisons.back().name = name;
    comparisons.back().higher_is_better = metric->higher_is_better();
  }
  return comparisons;
}

Json accuracy_json(const std::vector<MetricComparison>& comparisons) {
  Json accuracy = Json::object();
  for (const MetricComparison& metric : comparisons) {
    Json flips = nullptr;
    if (metric.flips) flips = {{"lost", metric.flips->lost}, {"gained", metric.flips->gained}};
    accuracy[metric.name] = {{"float", metric.baseline ? json_of(*metric.baseline) : Json(nullptr)},
                             {"value", json_of(metric.value)},
                             {"delta", metric.delta ? json_of(*metric.delta) : Json(nullptr)},
                             {"flips", flips}};
  }
  return accuracy;
}

}  // namespace halftone

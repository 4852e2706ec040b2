#include "verbs/model_comparison.h"

#include <array>
#include <memory>

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

/// What the candidate's scores are compared with.
struct Baseline {
  std::vector<double> scores;
  Estimate value;
};

std::optional<Baseline> baseline_of(const MeanMetric& metric, const MetricChoice& choice, const Measurement& measured,
                                    std::size_t samples, double confidence) {
  if (metric.truth() != Truth::reference && !choice.labels_from_float) {
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
  if (baseline.ids.empty() || baseline.ids == candidate.ids) return;
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
    if (const auto scores = measured.scores.find(name); scores != measured.scores.end()) {
      estimates.push_back({name, estimate_metric(*metric, scores->second, confidence)});
    } else if (const auto rows = measured.rows.find(name); rows != measured.rows.end()) {
      estimates.push_back({name, estimate_metric(*metric, rows->second, confidence, bootstrap)});
    }
  }
  return estimates;
}

Measurement evaluate_baseline(const Adaptor& adaptor, const Model& model, const DataLoader& data,
                              const MetricChoice& choice, int threads) {
  EvaluateOptions options;
  options.threads = threads;
  options.metrics.clear();
  for (const std::string& name : choice.names) {
    const bool by_itself = make_metric(name)->truth() != Truth::reference && !choice.labels_from_float;
    if (by_itself) options.metrics.push_back(name);
  }
  if (options.metrics.empty()) return {};
  return adaptor.evaluate(model, data, options);
}

std::vector<MetricEstimate> estimates_of_equals(const MetricChoice& choice) {
  std::vector<MetricEstimate> estimates;
  for (const std::string& name : choice.names) {
    const std::unique_ptr<Metric> metric = make_metric(name);
    const MeanMetric* mean = metric->as_mean();
    if (mean == nullptr || (metric->truth() != Truth::reference && !choice.labels_from_float)) continue;
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
  if (metric.truth() != Truth::reference && !choice.labels_from_float) {
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
    comparisons.push_back(mean != nullptr ? compare_means(*mean, choice, baseline, candidate, confidence)
                                          : compare_rows(*metric, choice, baseline, candidate, confidence, bootstrap));
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

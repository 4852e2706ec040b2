#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/evaluation.h"
#include "report/json_values.h"
#include "verbs/metric_choice.h"

namespace halftone {

/// Samples that changed sides under a binary metric.
struct Flips {
  std::uint64_t lost = 0;    ///< right in the baseline, wrong in the candidate
  std::uint64_t gained = 0;  ///< the reverse
};

/// One metric of two models on the same samples.
struct MetricComparison {
  std::string name;
  bool higher_is_better = true;
  Estimate value;                    ///< of the candidate
  std::optional<Estimate> baseline;  ///< absent where the float model has no value of its own (sqnr)
  std::optional<Estimate> delta;     ///< paired, candidate - baseline
  std::optional<Flips> flips;        ///< of binary metrics
};

/// Estimate of each metric of one model. `bootstrap` is for metrics that are no means.
struct MetricEstimate {
  std::string name;
  Estimate value;
};
std::vector<MetricEstimate> estimate_metrics(const MetricChoice& choice, const Measurement& measured, double confidence,
                                             const Bootstrap& bootstrap = {});

/// Scores of a model under those metrics that need no reference; without a score where all need one.
Measurement evaluate_baseline(const Adaptor& adaptor, const Model& model, const DataLoader& data,
                              const MetricChoice& choice, int threads);

/// What a model would be worth that is equal to the float model, under the metrics that compare with it.
std::vector<MetricEstimate> estimates_of_equals(const MetricChoice& choice);
/// The float model's scores under a metric that is a mean: its own, or, where it is the truth itself, those of a model
/// that is equal to it, as many as there are samples; absent where there are none.
std::optional<std::vector<double>> baseline_scores(const Metric& metric, const MetricChoice& choice,
                                                   const Measurement& baseline, std::size_t samples);

/// Compares sample by sample. Where a metric takes the baseline as truth, the baseline's own scores are those of a
/// model that agrees with it. Throws invalid_data when the samples differ.
std::vector<MetricComparison> compare(const MetricChoice& choice, const Measurement& baseline,
                                      const Measurement& candidate, double confidence, const Bootstrap& bootstrap = {});

/// {NAME: {"float", "value", "delta", "flips"}}; null for what is absent.
Json accuracy_json(const std::vector<MetricComparison>& comparisons);

}  // namespace halftone

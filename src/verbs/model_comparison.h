#pragma once

#include <cstdint>
#include <functional>
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

/// Estimate of each metric of one model, with an infinite interval where samples are not told apart. `bootstrap` is for
/// metrics that are no means.
struct MetricEstimate {
  std::string name;
  Estimate value;
};
std::vector<MetricEstimate> estimate_metrics(const MetricChoice& choice, const Measurement& measured, double confidence,
                                             const Bootstrap& bootstrap = {});

using PostProcessing = std::function<NamedTensors(NamedTensors outputs)>;

/// Scores of a model under those metrics that need no reference; without a score where all need one. Metrics see what
/// `postprocess` makes of the outputs; empty: the outputs.
Measurement evaluate_baseline(const Adaptor& adaptor, const Model& model, const DataLoader& data,
                              const MetricChoice& choice, int threads, PostProcessing postprocess = {});

/// Samples that were evaluated. Where the backend does not tell samples apart, the items of the data: all of them were
/// to be evaluated; 0 for a stream of unknown length.
std::uint64_t evaluated_samples(const Measurement& measured, const DataLoader& data);

/// What a model would be worth that is equal to the float model, under the metrics that compare with it.
std::vector<MetricEstimate> estimates_of_equals(const MetricChoice& choice);
/// The float model's scores under a metric that is a mean: its own, or, where it is the truth itself, those of a model
/// that is equal to it, as many as there are samples; absent where there are none.
std::optional<std::vector<double>> baseline_scores(const Metric& metric, const MetricChoice& choice,
                                                   const Measurement& baseline, std::size_t samples);

/// Compares sample by sample; where a backend has but one number for all samples, by that, with infinite intervals.
/// Where a metric takes the baseline as truth, the baseline's own scores are those of a model that agrees with it.
/// Throws invalid_data when the samples differ.
std::vector<MetricComparison> compare(const MetricChoice& choice, const Measurement& baseline,
                                      const Measurement& candidate, double confidence, const Bootstrap& bootstrap = {});

/// {NAME: {"float", "value", "delta", "flips"}}; null for what is absent.
Json accuracy_json(const std::vector<MetricComparison>& comparisons);

}  // namespace halftone

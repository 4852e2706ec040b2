#include "verbs/command_judgement.h"

#include <algorithm>

#include "halftone/error.h"
#include "verbs/output_files.h"

namespace halftone {
namespace {

const CommandMetric& same_metric(const std::vector<CommandMetric>& metrics, const CommandMetric& wanted) {
  const auto found = std::ranges::find(metrics, wanted.name, &CommandMetric::name);
  if (found != metrics.end() && found->higher_is_better == wanted.higher_is_better) return *found;
  throw Error(ErrorCode::invalid_data,
              "the evaluation command gave the metric '" + wanted.name +
                  (found == metrics.end() ? "' for one of the two models alone" : "' two directions"),
              "it has to print the same metrics, in the same sense, for every model");
}

Flips count_flips(const CommandMetric& before, const CommandMetric& after) {
  Flips flips;
  for (std::size_t i = 0; i < before.per_sample.size(); ++i) {
    flips.lost += before.per_sample[i] > after.per_sample[i] ? 1 : 0;
    flips.gained += before.per_sample[i] < after.per_sample[i] ? 1 : 0;
  }
  return flips;
}

}  // namespace

std::optional<EvaluationCommand> evaluation_command(const Config& config) {
  if (config.evaluation.command.empty()) return std::nullopt;
  return EvaluationCommand(config.evaluation.command);
}

std::vector<CommandMetric> judge_saved(const EvaluationCommand& command, const Config& config,
                                       const std::filesystem::path& model, Progress& progress) {
  return choose_command_metrics(command.judge(model, progress), config.evaluation.metrics);
}

std::vector<CommandMetric> judge_unsaved(const EvaluationCommand& command, const Config& config, const Adaptor& adaptor,
                                         const Model& model, const std::filesystem::path& output, Progress& progress) {
  const StagingFolder staging(output);
  adaptor.save(model, staging.staged_output());
  return judge_saved(command, config, staging.staged_output(), progress);
}

std::vector<MetricEstimate> estimate_metrics(const std::vector<CommandMetric>& metrics, double confidence) {
  std::vector<MetricEstimate> estimates;
  for (const CommandMetric& metric : metrics) estimates.push_back({metric.name, estimate_metric(metric, confidence)});
  return estimates;
}

std::vector<MetricComparison> compare(const std::vector<CommandMetric>& baseline,
                                      const std::vector<CommandMetric>& candidate, double confidence) {
  for (const CommandMetric& metric : candidate) same_metric(baseline, metric);
  std::vector<MetricComparison> comparisons;
  for (const CommandMetric& before : baseline) {
    const CommandMetric& after = same_metric(candidate, before);
    MetricComparison comparison;
    comparison.name = before.name;
    comparison.higher_is_better = before.higher_is_better;
    comparison.value = estimate_metric(after, confidence);
    comparison.baseline = estimate_metric(before, confidence);
    comparison.delta = estimate_delta(before, after, confidence);
    if (are_binary(before, after)) comparison.flips = count_flips(before, after);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

std::optional<std::uint64_t> samples_of(const std::vector<CommandMetric>& metrics) {
  if (metrics.empty() || metrics.front().per_sample.empty()) return std::nullopt;
  return metrics.front().per_sample.size();
}

void warn_of_unused_evaluation(const Config& config, Progress& progress) {
  const Config::Evaluation& evaluation = config.evaluation;
  const bool has_own_data = !evaluation.data.empty() && evaluation.data != config.quantization.calibration_data;
  if (!has_own_data && !evaluation.samples && evaluation.labels == "given") return;
  progress.warn("evaluation.command judges the models: evaluation.data, samples and labels are not used");
}

}  // namespace halftone

#include "verbs/command_judgement.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

void require_numbers(const std::vector<CommandMetric>& metrics) {
  if (metrics.empty()) {
    throw Error(ErrorCode::invalid_data, "the judge gave no metric", "it has to give one number for each metric");
  }
  for (const CommandMetric& metric : metrics) {
    if (std::isfinite(metric.value) &&
        std::ranges::all_of(metric.per_sample, [](double s) { return std::isfinite(s); }))
      continue;
    throw Error(ErrorCode::invalid_data, "the judge gave NaN or infinity for '" + metric.name + "'");
  }
}

}  // namespace

bool has_judge(const Hooks& hooks, const Config& config) {
  if (hooks.judge && !config.evaluation.command.empty()) {
    throw Error(ErrorCode::configuration, "models are judged by a function of the program and by evaluation.command",
                "give one of the two");
  }
  return hooks.judge || !config.evaluation.command.empty();
}

JudgeFunction saved_model_judge(const Hooks& hooks, const Config& config, Progress& progress) {
  if (!has_judge(hooks, config)) return {};
  const std::vector<std::string>& names = config.evaluation.metrics;
  if (!hooks.judge) {
    return [command = EvaluationCommand(config.evaluation.command), names, &progress](const auto& model) {
      return choose_command_metrics(command.judge(model, progress), names);
    };
  }
  return [judge = hooks.judge, text = judge_text(hooks, config), names, &progress](const auto& model) {
    const ErrorContext frame([&] { return "judging '" + model.string() + "' by '" + text + "'"; });
    const Stage stage(progress, "judge model");
    std::vector<CommandMetric> metrics = judge(model);
    require_numbers(metrics);
    return choose_command_metrics(std::move(metrics), names);
  };
}

std::string judge_text(const Hooks& hooks, const Config& config) {
  if (!hooks.judge) return config.evaluation.command;
  return hooks.judge_text.empty() ? "a function of the calling program" : hooks.judge_text;
}

std::vector<CommandMetric> judge_unsaved(const JudgeFunction& judge, const Adaptor& adaptor, const Model& model,
                                         const std::filesystem::path& output) {
  const StagingFolder staging(output);
  adaptor.save(model, staging.staged_output());
  return judge(staging.staged_output());
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

void warn_of_unused_evaluation(const Hooks& hooks, const Config& config, Progress& progress) {
  const Config::Evaluation& evaluation = config.evaluation;
  const bool has_own_data = !evaluation.data.empty() && evaluation.data != config.quantization.calibration_data;
  if (!has_own_data && !evaluation.samples && evaluation.labels == "given") return;
  progress.warn(std::string(hooks.judge ? "a function of the program" : "evaluation.command") +
                " judges the models: evaluation.data, samples and labels are not used");
}

}  // namespace halftone

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "evaluation/evaluation_command.h"
#include "halftone/adaptor.h"
#include "halftone/progress.h"
#include "verbs/model_comparison.h"
#include "verbs/verbs.h"

namespace halftone {

/// Whether saved models are judged in place of data and metrics. Throws configuration where hooks.judge and
/// evaluation.command are both there.
bool has_judge(const Hooks& hooks, const Config& config);
/// What judges saved models: hooks.judge, else the configuration's evaluation.command; empty where there is neither. It
/// gives the configuration's metrics of those that it is given. `progress` must outlive it. Throws as has_judge() and
/// EvaluationCommand do.
JudgeFunction saved_model_judge(const Hooks& hooks, const Config& config, Progress& progress);
/// Names that judge in histories; empty where there is none.
std::string judge_text(const Hooks& hooks, const Config& config);

/// Judges a model that is no file yet: it is saved under the name of `output` in a staging folder beside it, for as
/// long as that takes.
std::vector<CommandMetric> judge_unsaved(const JudgeFunction& judge, const Adaptor& adaptor, const Model& model,
                                         const std::filesystem::path& output);

std::vector<MetricEstimate> estimate_metrics(const std::vector<CommandMetric>& metrics, double confidence);
/// Throws invalid_data where the two are not of the same metrics, directions and numbers of samples.
std::vector<MetricComparison> compare(const std::vector<CommandMetric>& baseline,
                                      const std::vector<CommandMetric>& candidate, double confidence);

/// Samples of the first metric, which decides; nullopt where the command does not tell.
std::optional<std::uint64_t> samples_of(const std::vector<CommandMetric>& metrics);

/// Warns of settings of an evaluation that such a judge leaves unused.
void warn_of_unused_evaluation(const Hooks& hooks, const Config& config, Progress& progress);

}  // namespace halftone

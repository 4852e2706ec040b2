#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "configuration/config.h"
#include "evaluation/evaluation_command.h"
#include "halftone/adaptor.h"
#include "halftone/progress.h"
#include "verbs/model_comparison.h"

namespace halftone {

/// The configuration's evaluation.command; absent where it has none. Throws configuration as EvaluationCommand does.
std::optional<EvaluationCommand> evaluation_command(const Config& config);

/// Runs the command for a saved model and takes the configuration's metrics of what it prints.
std::vector<CommandMetric> judge_saved(const EvaluationCommand& command, const Config& config,
                                       const std::filesystem::path& model, Progress& progress);
/// The same for a model that is no file yet: it is saved under the name of `output` in a staging folder beside it, for
/// as long as the command runs.
std::vector<CommandMetric> judge_unsaved(const EvaluationCommand& command, const Config& config, const Adaptor& adaptor,
                                         const Model& model, const std::filesystem::path& output, Progress& progress);

std::vector<MetricEstimate> estimate_metrics(const std::vector<CommandMetric>& metrics, double confidence);
/// Throws invalid_data where the two are not of the same metrics, directions and numbers of samples.
std::vector<MetricComparison> compare(const std::vector<CommandMetric>& baseline,
                                      const std::vector<CommandMetric>& candidate, double confidence);

/// Samples of the first metric, which decides; nullopt where the command does not tell.
std::optional<std::uint64_t> samples_of(const std::vector<CommandMetric>& metrics);

/// Warns of settings of an evaluation that a command leaves unused.
void warn_of_unused_evaluation(const Config& config, Progress& progress);

}  // namespace halftone

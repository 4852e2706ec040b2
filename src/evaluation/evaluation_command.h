#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/evaluation.h"
#include "halftone/progress.h"

namespace halftone {

/// One metric as a user's program gives it.
struct CommandMetric {
  std::string name;
  double value = 0;
  std::vector<double> per_sample = {};  ///< scores whose mean is the value; empty where the program gives none
  bool higher_is_better = true;
};

/// A user's program that judges a model: it gets the path of one and prints, as all or as the last line of its standard
/// output, {"metrics": {NAME: value…}, "per_sample": {NAME: [score…]…}, "higher_is_better": {NAME: bool…}}; the last
/// two may be left out, as a whole or for single metrics.
class EvaluationCommand {
 public:
  /// `command` is split as split_command() says, without a shell; `{model}` stands for the path in any of its words.
  /// Throws configuration where that is missing, or nothing else is there.
  explicit EvaluationCommand(std::string command);

  const std::string& text() const { return command_; }

  /// Runs the program for a model. The metrics are in the order in which it prints them: the first decides. Throws io
  /// where it cannot be started; invalid_data, with the end of its standard error, where it fails, does not end in
  /// time, or prints anything else.
  std::vector<CommandMetric> judge(const std::filesystem::path& model, Progress& progress = silent_progress(),
                                   std::optional<std::chrono::duration<double>> timeout = {}) const;

 private:
  std::string command_;
  std::vector<std::string> words_;
};

/// What a program printed. Throws invalid_data.
std::vector<CommandMetric> parse_command_metrics(std::string_view output);

/// The metrics of these names, in their order; all of them where no name is given. Throws configuration for a name that
/// the program did not print.
std::vector<CommandMetric> choose_command_metrics(std::vector<CommandMetric> metrics,
                                                  const std::vector<std::string>& names);

/// All scores of both are 0 or 1.
bool are_binary(const CommandMetric& a, const CommandMetric& b);
/// With scores as estimate_mean() says; else low and high are infinite.
Estimate estimate_metric(const CommandMetric& metric, double confidence);
/// The paired difference, likewise. Throws invalid_data where they have different numbers of scores.
Estimate estimate_delta(const CommandMetric& baseline, const CommandMetric& candidate, double confidence);

}  // namespace halftone

#include "evaluation/evaluation_command.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/nearest_word.h"
#include "base/utf8.h"
#include "evaluation/command_words.h"
#include "evaluation/program_run.h"
#include "evaluation/score_estimates.h"
#include "halftone/error.h"

namespace halftone {
namespace {

// The order of the program's own keys says which metric decides.
using Json = nlohmann::ordered_json;

constexpr std::string_view kPlaceholder = "{model}";
constexpr const char* kForm =
    "it has to print, as its last line, {\"metrics\": {\"NAME\": NUMBER}}, with \"per_sample\" and "
    "\"higher_is_better\" beside it where they are known";

[[noreturn]] void fail_output(const std::string& what, const std::string& hint = kForm) {
  throw Error(ErrorCode::invalid_data, "the evaluation command printed " + what, hint);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_of("\r\n");
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

Json parse_object(std::string_view output) {
  const std::string_view whole = trimmed(output);
  if (whole.empty()) fail_output("nothing");
  for (const std::string_view text : {whole, last_line(whole)}) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) return json;
  }
  const std::string_view line = last_line(whole);
  for (const char* word : {"NaN", "Infinity"}) {
    if (line.find(word) != std::string_view::npos) fail_output(std::string(word) + ", which is no value of a metric");
  }
  fail_output("no JSON object");
}

const Json& object_at(const Json& json, const char* key) {
  static const Json kEmpty = Json::object();
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return kEmpty;
  if (!found->is_object()) fail_output(std::string("a \"") + key + "\" that is no object");
  return *found;
}

double number_of(const Json& json, const std::string& what) {
  if (!json.is_number()) fail_output(what + " that is no number");
  const double number = json.get<double>();
  if (!std::isfinite(number)) fail_output(what + " that is not finite");
  return number;
}

/// Of a metric whose value is a mean, the scores; the value is told with fewer digits, perhaps.
std::vector<double> scores_of(const Json& json, const CommandMetric& metric) {
  const std::string what = "scores of '" + metric.name + "'";
  if (!json.is_array() || json.empty()) fail_output(what + " that are no list of numbers");
  std::vector<double> scores;
  double sum = 0;
  for (const Json& score : json) {
    scores.push_back(number_of(score, "a score of '" + metric.name + "'"));
    sum += scores.back();
  }
  const double mean = sum / static_cast<double>(scores.size());
  constexpr double kRounding = 1e-3;
  if (std::abs(mean - metric.value) <= kRounding * std::max(1.0, std::abs(metric.value))) return scores;
  fail_output(
      what + " whose mean is " + std::to_string(mean) + ", and " + std::to_string(metric.value) + " as its value",
      "intervals are those of means: give a metric that is none without per_sample, and both in the same unit");
}

void require_known(const Json& object, const char* key, const std::vector<CommandMetric>& metrics) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(metrics, name, &CommandMetric::name) != metrics.end()) continue;
    fail_output(std::string("\"") + key + "\" of '" + name + "', which is not among its metrics");
  }
}

/// Text that a message can hold, whatever bytes the program wrote.
std::string legible(const std::string& bytes) {
  std::string text;
  for (const char32_t letter : to_code_points(bytes)) {
    const bool is_control = (letter < 0x20 && letter != '\n' && letter != '\t') || letter == 0x7F;
    append_utf8(text, is_control ? U'\uFFFD' : letter);
  }
  return text;
}

std::string tail_text(const ProgramRun& run) {
  const std::string_view tail = trimmed(run.error_tail);
  if (tail.empty()) return "its standard error is empty";
  return "its standard error ends with:\n" + legible(std::string(tail));
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

bool is_zero_or_one(double score) { return score == 0 || score == 1; }

}  // namespace

EvaluationCommand::EvaluationCommand(std::string command)
    : command_(std::move(command)), words_(split_command(command_)) {
  const bool has_place =
      std::ranges::any_of(words_, [](const std::string& word) { return word.find(kPlaceholder) != std::string::npos; });
  if (has_place && words_.front().find(kPlaceholder) == std::string::npos) return;
  throw Error(ErrorCode::configuration, "the evaluation command '" + command_ + "' does not say where the model goes",
              "name a program, and {model} among its arguments, e.g. --eval-command 'python judge.py {model}'");
}

std::vector<CommandMetric> EvaluationCommand::judge(const std::filesystem::path& model, Progress& progress,
                                                    std::optional<std::chrono::duration<double>> timeout) const {
  std::vector<std::string> words = words_;
  for (std::string& word : words) replace_all(word, kPlaceholder, model.string());
  const ErrorContext frame([&] { return "judging '" + model.string() + "' by '" + command_ + "'"; });
  Stage stage(progress, "evaluation command");
  ProgramLimits limits;
  limits.timeout = timeout;
  const ProgramRun run = run_program(words, limits, [&] { stage.advance(0); });
  if (!run.failure.empty()) {
    throw Error(ErrorCode::invalid_data, "the evaluation command failed: " + run.failure + "; " + tail_text(run));
  }
  try {
    return parse_command_metrics(run.output);
  } catch (const Error& error) {
    throw Error(error.code(), error.message() + "; " + tail_text(run), error.hint());
  }
}

std::vector<CommandMetric> parse_command_metrics(std::string_view output) {
  const Json json = parse_object(output);
  const Json& scores = object_at(json, "per_sample");
  const Json& directions = object_at(json, "higher_is_better");
  std::vector<CommandMetric> metrics;
  for (const auto& [name, value] : object_at(json, "metrics").items()) {
    CommandMetric metric{.name = name, .value = number_of(value, "a value of '" + name + "'")};
    if (const auto own = scores.find(name); own != scores.end()) metric.per_sample = scores_of(*own, metric);
    if (const auto own = directions.find(name); own != directions.end()) {
      if (!own->is_boolean()) fail_output("a direction of '" + name + "' that is neither true nor false");
      metric.higher_is_better = own->get<bool>();
    }
    metrics.push_back(std::move(metric));
  }
  if (metrics.empty()) fail_output("no metrics");
  require_known(scores, "per_sample", metrics);
  require_known(directions, "higher_is_better", metrics);
  return metrics;
}

std::vector<CommandMetric> choose_command_metrics(std::vector<CommandMetric> metrics,
                                                  const std::vector<std::string>& names) {
  if (names.empty()) return metrics;
  std::vector<CommandMetric> chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(metrics, name, &CommandMetric::name);
    if (found != metrics.end()) {
      chosen.push_back(*found);
      continue;
    }
    std::vector<std::string> known;
    for (const CommandMetric& metric : metrics) known.push_back(metric.name);
    throw Error(ErrorCode::configuration, "the evaluation command does not print the metric '" + name + "'",
                suggest(name, known));
  }
  return chosen;
}

bool are_binary(const CommandMetric& a, const CommandMetric& b) {
  return !a.per_sample.empty() && std::ranges::all_of(a.per_sample, is_zero_or_one) &&
         std::ranges::all_of(b.per_sample, is_zero_or_one);
}

Estimate estimate_metric(const CommandMetric& metric, double confidence) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (metric.per_sample.empty()) return {metric.value, -kInfinity, kInfinity};
  return estimate_mean(metric.name, metric.per_sample, are_binary(metric, metric), confidence);
}

Estimate estimate_delta(const CommandMetric& baseline, const CommandMetric& candidate, double confidence) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (baseline.per_sample.size() != candidate.per_sample.size()) {
    throw Error(ErrorCode::invalid_data,
                "the evaluation command gave " + std::to_string(baseline.per_sample.size()) + " scores of '" +
                    baseline.name + "' for the one model and " + std::to_string(candidate.per_sample.size()) +
                    " for the other",
                "it has to judge all models on the same samples, in the same order");
  }
  if (baseline.per_sample.empty()) return {candidate.value - baseline.value, -kInfinity, kInfinity};
  return estimate_mean_delta(baseline.name, baseline.per_sample, candidate.per_sample, are_binary(baseline, candidate),
                             confidence);
}

}  // namespace halftone

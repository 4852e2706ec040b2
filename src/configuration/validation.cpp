#include "configuration/validation.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string>

#include "configuration/expected_metric.h"
#include "configuration/option_table.h"
#include "configuration/problem_list.h"

namespace halftone {
namespace {

std::string text_of(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

/// Gives values to their options once more, on a configuration nobody reads: their rules stand in the table alone.
class Recheck {
 public:
  explicit Recheck(ProblemList& problems) : problems_(problems) {}
  void operator()(const std::string& key, const std::string& value) {
    problems_.attempt([&] { set_option(scratch_, key, value, key); });
  }
  void if_given(const std::string& key, const std::string& value) {
    if (!value.empty()) (*this)(key, value);
  }

 private:
  ProblemList& problems_;
  Config scratch_;
};

void check_values(const Config& config, ProblemList& problems) {
  Recheck recheck(problems);
  recheck("target.isa", config.target_isa);
  recheck("quantization.approach", config.quantization.approach);
  recheck.if_given("quantization.format", config.quantization.format);
  recheck("quantization.calibration.samples", std::to_string(config.quantization.calibration_samples));
  recheck("quantization.recipes.first_conv_or_matmul", config.quantization.first_conv_or_matmul);
  recheck("quantization.recipes.last_conv_or_matmul", config.quantization.last_conv_or_matmul);
  recheck("quantization.recipes.pre_post_process", config.quantization.pre_post_process);
  if (config.evaluation.samples) recheck("evaluation.samples", std::to_string(*config.evaluation.samples));
  recheck("evaluation.labels", config.evaluation.labels);
  recheck.if_given("evaluation.command", config.evaluation.command);
  recheck.if_given("evaluation.expect", config.evaluation.expect);
  recheck.if_given("tuning.accuracy.max_drop", config.accuracy.max_drop);
  recheck("tuning.accuracy.decide", config.accuracy.decide);
  recheck("tuning.accuracy.confidence", text_of(config.accuracy.confidence));
  if (config.min_speedup) recheck("tuning.min_speedup", text_of(*config.min_speedup));
  recheck.if_given("tuning.accuracy.weights", config.tuning.weights);
  if (config.tuning.fresh_samples) {
    recheck("tuning.accuracy.fresh_samples", std::to_string(*config.tuning.fresh_samples));
  }
  recheck("tuning.objective", config.tuning.objective);
  recheck("tuning.stop.effort", config.tuning.effort);
  recheck("tuning.stop.max_trials", std::to_string(config.tuning.max_trials));
  if (config.tuning.timeout_seconds) recheck("tuning.stop.timeout", text_of(*config.tuning.timeout_seconds));
  recheck("threads", std::to_string(config.threads));
}

void check_inputs(const Config& config, ProblemList& problems) {
  std::set<std::string> names;
  for (const InputOverride& input : config.model.inputs) {
    if (!names.insert(input.name).second) problems.add("model.inputs: '" + input.name + "' is described twice");
  }
}

void check_metrics(const Config& config, ProblemList& problems) {
  std::set<std::string> names;
  for (const std::string& metric : config.evaluation.metrics) {
    problems.attempt([&] { make_metric(metric); });
    if (!names.insert(metric).second) problems.add("evaluation.metrics: '" + metric + "' is named twice");
  }
  if (config.evaluation.expect.empty() || names.empty() || !problems.empty()) return;
  const std::string expected = parse_expected_metric(config.evaluation.expect).metric;
  if (names.contains(expected)) return;
  problems.add("evaluation.expect: '" + expected + "' is not among the metrics; add it to evaluation.metrics");
}

}  // namespace

void validate(const Config& config) {
  ProblemList problems;
  check_values(config, problems);
  check_inputs(config, problems);
  check_metrics(config, problems);
  problems.throw_if_any("the configuration");
}

}  // namespace halftone

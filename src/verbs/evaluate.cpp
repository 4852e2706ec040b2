#include <optional>
#include <string>

#include "halftone/error.h"
#include "verbs/command_judgement.h"
#include "verbs/data_split.h"
#include "verbs/expectation.h"
#include "verbs/gate_report.h"
#include "verbs/metric_choice.h"
#include "verbs/model_comparison.h"
#include "verbs/quantization_checks.h"
#include "verbs/stopwatch.h"
#include "verbs/verb_run.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

/// The float model of a comparison, with the same samples bound to its inputs.
struct Against {
  const OpenedModel& opened;
  DataLoader data;
};

Json metrics_json(const std::vector<MetricEstimate>& estimates) {
  Json json = Json::object();
  for (const MetricEstimate& metric : estimates) json[metric.name] = json_of(metric.value);
  return json;
}

Json against_json(const OpenedModel& other, const std::vector<MetricComparison>& comparisons) {
  Json metrics = Json::object();
  Json flips = nullptr;
  for (const MetricComparison& metric : comparisons) {
    metrics[metric.name] = {{"value", metric.baseline ? json_of(metric.baseline->value) : Json(nullptr)},
                            {"delta", metric.delta ? json_of(*metric.delta) : Json(nullptr)}};
    if (flips.is_null() && metric.flips) flips = {{"lost", metric.flips->lost}, {"gained", metric.flips->gained}};
  }
  return {{"model", other.path.string()},
          {"model_sha256", other.sha256},
          {"backend", other.backend},
          {"metrics", metrics},
          {"flips", flips}};
}

/// What was found of the model, and of the difference to another one.
struct Findings {
  Measurement measured;                  ///< empty where the saved model is judged
  std::optional<std::uint64_t> samples;  ///< where that tells
  std::vector<MetricEstimate> estimates;
  std::vector<MetricComparison> comparisons;  ///< empty where there is no other model
};

EvaluateOptions evaluate_options(const VerbRun& run, const MetricChoice& metrics, const EvaluateRequest& request) {
  EvaluateOptions options;
  options.tensorboard = request.tensorboard;
  options.metrics = metrics.names;
  options.threads = run.threads();
  options.postprocess = run.hooks().postprocess;
  options.measurer = run.hooks().measurer;
  options.labels_from_float = metrics.labels_from_float;
  return options;
}

Bootstrap bootstrap_of(const VerbRun& run, const Config& config) {
  return {.seed = config.seed, .threads = run.threads()};
}

Findings evaluate_alone(VerbRun& run, const Config& config, const OpenedModel& opened, const DataLoader& data,
                        const MetricChoice& metrics, const EvaluateRequest& request) {
  Findings findings;
  findings.measured = opened.adaptor->evaluate(*opened.model, data, evaluate_options(run, metrics, request));
  findings.estimates =
      estimate_metrics(metrics, findings.measured, config.accuracy.confidence, bootstrap_of(run, config));
  require_expectation(config.evaluation.expect, findings.estimates);
  warn_of_chance_level(findings.measured, findings.estimates, run.progress());
  return findings;
}

Findings evaluate_against(VerbRun& run, const Config& config, const OpenedModel& opened, const DataLoader& data,
                          const MetricChoice& metrics, const Against& against, const EvaluateRequest& request) {
  const bool needs_reference = metrics.needs_reference();
  if (needs_reference && against.opened.backend != opened.backend) {
    throw Error(ErrorCode::unsupported,
                "outputs of '" + opened.backend + "' and '" + against.opened.backend +
                    "' models cannot be compared with each other",
                "use metrics of labels (--metrics top1), which are measured for each model by itself");
  }
  const double confidence = config.accuracy.confidence;
  const Bootstrap bootstrap = bootstrap_of(run, config);
  const Measurement baseline = evaluate_baseline(*against.opened.adaptor, *against.opened.model, against.data, metrics,
                                                 run.threads(), run.hooks().postprocess);
  const std::vector<MetricEstimate> of_baseline = estimate_metrics(metrics, baseline, confidence, bootstrap);
  require_expectation(config.evaluation.expect, of_baseline);
  warn_of_chance_level(baseline, of_baseline, run.progress());
  Findings findings;
  findings.measured = opened.adaptor->evaluate(*opened.model, data, evaluate_options(run, metrics, request),
                                               needs_reference ? against.opened.model.get() : nullptr);
  findings.comparisons = compare(metrics, baseline, findings.measured, confidence, bootstrap);
  for (const MetricComparison& metric : findings.comparisons) findings.estimates.push_back({metric.name, metric.value});
  return findings;
}

void require_complete(const Hooks& hooks, const Config& config, const std::optional<std::filesystem::path>& against) {
  const bool judged_by_file = has_judge(hooks, config);
  if (config.evaluation.data.empty() && !judged_by_file) {
    throw Error(ErrorCode::configuration, "there is no data to evaluate on",
                "give it with --eval SPEC, or a program that evaluates with --eval-command CMD");
  }
  require_judgeable(config, true);
  require_expectable(config.evaluation, judged_by_file);
  if (config.accuracy.max_drop.empty() || against) return;
  throw Error(ErrorCode::configuration, "a tolerated loss (max_drop) needs a model to compare with",
              "name the float model with --against");
}

DataLoader evaluated_items(const SampleSet& samples, const std::vector<TensorSignature>& inputs,
                           const EvaluateRequest& request) {
  DataLoader data = samples.loader(inputs);
  return request.iterations ? data.prefix(*request.iterations) : data;
}

Findings evaluate_by_data(VerbRun& run, const Config& config, const OpenedModel& opened,
                          const std::optional<OpenedModel>& other, const EvaluateRequest& request) {
  const SampleSet samples = evaluation_samples(config, opened.inputs);
  const DataLoader data = evaluated_items(samples, opened.inputs, request);
  const MetricChoice metrics =
      choose_metrics(config.evaluation, given_truth(data), output_values(opened.model->outputs()));
  Findings findings = other ? evaluate_against(run, config, opened, data, metrics,
                                               {*other, evaluated_items(samples, other->inputs, request)}, request)
                            : evaluate_alone(run, config, opened, data, metrics, request);
  findings.samples = evaluated_samples(findings.measured, data);
  run.envelope().evaluation = facts_of(data, *findings.samples);
  return findings;
}

Findings evaluate_by_file(VerbRun& run, const Config& config, const JudgeFunction& judge_saved,
                          const OpenedModel& opened, const std::optional<OpenedModel>& other) {
  const double confidence = config.accuracy.confidence;
  warn_of_unused_evaluation(run.hooks(), config, run.progress());
  Findings findings;
  std::vector<CommandMetric> baseline;
  if (other) {
    baseline = judge_saved(other->path);
    require_expectation(config.evaluation.expect, estimate_metrics(baseline, confidence));
  }
  const std::vector<CommandMetric> measured = judge_saved(opened.path);
  findings.samples = samples_of(measured);
  findings.estimates = estimate_metrics(measured, confidence);
  if (other)
    findings.comparisons = compare(baseline, measured, confidence);
  else
    require_expectation(config.evaluation.expect, findings.estimates);
  return findings;
}

void require_nothing_of_data(const EvaluateRequest& request) {
  if (request.tensorboard.empty() && !request.iterations) return;
  throw Error(ErrorCode::configuration,
              "a judge evaluates the saved model: there are no samples here to show or to cut short",
              "leave --tensorboard and --iterations out, or evaluate with --eval SPEC");
}

}  // namespace

Result run_evaluate(const VerbContext& context, const Config& config, const EvaluateRequest& request) {
  require_complete(context.hooks, config, request.against);
  const Stopwatch stopwatch;
  VerbRun run(context, "evaluate", config);
  const JudgeFunction judge_saved = saved_model_judge(run.hooks(), config, run.progress());
  if (judge_saved) require_nothing_of_data(request);
  const OpenedModel opened = run.open(config);
  std::optional<OpenedModel> other;
  if (request.against) other = run.open_other(config, *request.against);
  const Findings findings = judge_saved ? evaluate_by_file(run, config, judge_saved, opened, other)
                                        : evaluate_by_data(run, config, opened, other, request);
  const GateReport gates = judge(without_speed_gate(config, run.progress()), findings.comparisons,
                                 findings.samples.value_or(0), std::nullopt);
  return run.result({{"samples", findings.samples ? Json(*findings.samples) : Json(nullptr)},
                     {"metrics", metrics_json(findings.estimates)},
                     {"against", other ? against_json(*other, findings.comparisons) : Json(nullptr)},
                     {"gate", gates.gate},
                     {"verdict", gates.verdict_json()},
                     {"samples_needed", gates.samples_needed_json()},
                     {"tensorboard", request.tensorboard.empty() ? Json(nullptr) : Json(request.tensorboard.string())},
                     {"seconds", stopwatch.seconds()}});
}

}  // namespace halftone

#include <optional>
#include <string>

#include "halftone/error.h"
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
  OpenedModel opened;
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
  Measurement measured;
  std::vector<MetricEstimate> estimates;
  std::vector<MetricComparison> comparisons;  ///< empty where there is no other model
};

EvaluateOptions evaluate_options(const MetricChoice& metrics, int threads, const EvaluateRequest& request) {
  EvaluateOptions options;
  options.tensorboard = request.tensorboard;
  options.metrics = metrics.names;
  options.threads = threads;
  options.labels_from_float = metrics.labels_from_float;
  return options;
}

Findings evaluate_alone(VerbRun& run, const Config& config, const OpenedModel& opened, const DataLoader& data,
                        const MetricChoice& metrics, const EvaluateRequest& request) {
  Findings findings;
  findings.measured = opened.adaptor->evaluate(*opened.model, data, evaluate_options(metrics, run.threads(), request));
  findings.estimates = estimate_metrics(metrics, findings.measured, config.accuracy.confidence);
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
  const Measurement baseline =
      evaluate_baseline(*against.opened.adaptor, *against.opened.model, against.data, metrics, run.threads());
  const std::vector<MetricEstimate> of_baseline = estimate_metrics(metrics, baseline, confidence);
  require_expectation(config.evaluation.expect, of_baseline);
  warn_of_chance_level(baseline, of_baseline, run.progress());
  Findings findings;
  findings.measured = opened.adaptor->evaluate(*opened.model, data, evaluate_options(metrics, run.threads(), request),
                                               needs_reference ? against.opened.model.get() : nullptr);
  findings.estimates = estimate_metrics(metrics, findings.measured, confidence);
  findings.comparisons = compare(metrics, baseline, findings.measured, confidence);
  return findings;
}

void require_complete(const Config& config, const std::optional<std::filesystem::path>& against) {
  if (config.evaluation.data.empty()) {
    throw Error(ErrorCode::configuration, "there is no data to evaluate on", "give it with --eval SPEC");
  }
  require_judgeable(config, true);
  require_expectable(config.evaluation);
  if (config.accuracy.max_drop.empty() || against) return;
  throw Error(ErrorCode::configuration, "a tolerated loss (max_drop) needs a model to compare with",
              "name the float model with --against");
}

DataLoader evaluated_items(const SampleSet& samples, const std::vector<TensorSignature>& inputs,
                           const EvaluateRequest& request) {
  DataLoader data = samples.loader(inputs);
  return request.iterations ? data.prefix(*request.iterations) : data;
}

std::optional<Against> open_against(VerbRun& run, const Config& config, const SampleSet& samples,
                                    const EvaluateRequest& request) {
  if (!request.against) return std::nullopt;
  OpenedModel other = run.open_other(config, *request.against);
  DataLoader same = evaluated_items(samples, other.inputs, request);
  return Against{std::move(other), std::move(same)};
}

}  // namespace

Result run_evaluate(const VerbContext& context, const Config& config, const EvaluateRequest& request) {
  require_complete(config, request.against);
  const Stopwatch stopwatch;
  VerbRun run(context, "evaluate", config);
  const OpenedModel opened = run.open(config);
  const SampleSet samples = evaluation_samples(config, opened.inputs);
  const DataLoader data = evaluated_items(samples, opened.inputs, request);
  const std::optional<Against> against = open_against(run, config, samples, request);
  const MetricChoice metrics =
      choose_metrics(config.evaluation, has_labels(data), output_values(opened.model->outputs()));
  const Findings findings = against ? evaluate_against(run, config, opened, data, metrics, *against, request)
                                    : evaluate_alone(run, config, opened, data, metrics, request);
  const std::uint64_t count = findings.measured.samples();
  const GateReport gates = judge(without_speed_gate(config, run.progress()), findings.comparisons, count, std::nullopt);
  run.envelope().evaluation = facts_of(data, count);
  return run.result({{"samples", count},
                     {"metrics", metrics_json(findings.estimates)},
                     {"against", against ? against_json(against->opened, findings.comparisons) : Json(nullptr)},
                     {"gate", gates.gate},
                     {"verdict", gates.verdict_json()},
                     {"samples_needed", gates.samples_needed_json()},
                     {"tensorboard", request.tensorboard.empty() ? Json(nullptr) : Json(request.tensorboard.string())},
                     {"seconds", stopwatch.seconds()}});
}

}  // namespace halftone

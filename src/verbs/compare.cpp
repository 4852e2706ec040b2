#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/latency.h"
#include "halftone/error.h"
#include "verbs/compared_models.h"
#include "verbs/comparison_report.h"
#include "verbs/data_split.h"
#include "verbs/expectation.h"
#include "verbs/gate_report.h"
#include "verbs/latency_report.h"
#include "verbs/model_comparison.h"
#include "verbs/quantization_checks.h"
#include "verbs/stopwatch.h"
#include "verbs/verb_run.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

/// Samples where the user gives none: cosine and sqnr of more random ones say no more.
constexpr std::uint64_t kRandomSamples = 32;

/// What the models are fed.
struct Samples {
  DataLoader data;
  DataItem first;
  bool are_made_up = false;  ///< no data was given
};

Samples open_samples(const Config& config, const std::vector<TensorSignature>& inputs, Progress& progress) {
  Config drawn = config;
  const bool are_made_up = config.evaluation.data.empty();
  if (are_made_up) {
    drawn.evaluation.data = "random:" + std::to_string(config.seed);
    drawn.evaluation.samples = config.evaluation.samples.value_or(kRandomSamples);
    progress.warn(
        "no data was given (--data SPEC): inputs are random, on which accuracy means nothing and outputs may "
        "differ more, or less, than on real samples");
  }
  DataLoader data = evaluation_samples(drawn, inputs).loader(inputs);
  DataItem first = first_item(data, inputs);
  return {std::move(data), std::move(first), are_made_up};
}

/// The user's metrics, or those of labels where there are any; and the agreement of classes, wherever there are
/// classes.
MetricChoice metrics_of(const Config& config, const Samples& samples, const Contender& first,
                        const std::vector<TensorSignature>& outputs) {
  if (samples.are_made_up) return {};
  const bool has_labels = !samples.first.labels.empty();
  MetricChoice metrics =
      choose_metrics(config.evaluation, has_labels ? GivenTruth::classes : GivenTruth::none, output_values(outputs));
  const bool by_labels = has_labels && !metrics.labels_from_float;
  if (config.evaluation.metrics.empty() && !by_labels) metrics.names.clear();
  const auto is_named = [&](const char* name) {
    return std::find(metrics.names.begin(), metrics.names.end(), name) != metrics.names.end();
  };
  const Tensor output = first.run(samples.first.inputs).front().value;
  const std::size_t count = std::max<std::size_t>(samples.first.samples(), 1);
  const bool has_several = output.size() > count;
  const bool has_classes = is_row_of_classes(output, count) && (has_several || is_named("accuracy"));
  if (has_classes && !is_named("agreement")) metrics.names.emplace_back("agreement");
  return metrics;
}

Json accuracy_part(VerbRun& run, const Config& config, const ComparedModels& models, const Samples& samples) {
  const double confidence = config.accuracy.confidence;
  const Bootstrap bootstrap{.seed = config.seed, .threads = run.threads()};
  const std::vector<TensorSignature> outputs = models.first().model->outputs();
  const std::vector<Contender> contenders = open_contenders(models, run.threads());
  const MetricChoice metrics = metrics_of(config, samples, contenders.front(), outputs);
  if (given_truth(samples.first) == GivenTruth::targets && config.evaluation.metrics.empty()) {
    run.warn("the labels of the data are no classes and are not used; --metrics names what is to be measured by them");
  }
  const std::vector<ContenderScores> scores =
      compare_outputs(contenders, samples.data, metrics, run.threads(), run.progress());
  const std::vector<MetricEstimate> of_first =
      estimate_metrics(metrics, scores.front().measured, confidence, bootstrap);
  if (!samples.are_made_up) require_expectation(config.evaluation.expect, of_first);
  warn_of_chance_level(scores.front().measured, of_first, run.progress());
  for (std::size_t i = 1; i < scores.size(); ++i) {
    for (std::size_t output = 0; output < outputs.size(); ++output) {
      const std::uint64_t left_out = scores[i].outputs[output].left_out;
      if (left_out == 0) continue;
      run.warn("output '" + outputs[output].name + "' of '" + contenders[i].name + "' cannot be compared for " +
               std::to_string(left_out) + " of " + std::to_string(scores[i].measured.samples()) +
               " samples: NaN, infinities, or another number of values");
    }
  }
  const std::uint64_t count = scores.front().measured.samples();
  run.envelope().evaluation = facts_of(samples.data, count);
  Json part{{"samples", count},
            {"random", samples.are_made_up},
            {"metrics", metrics_json(metrics, scores, confidence, bootstrap)},
            {"outputs", outputs_json(outputs, scores, confidence)}};
  part.update(disagreeing_json(scores));
  return part;
}

double unsteadiness(const LatencySummary& latency) { return latency.min > 0 ? latency.p50 / latency.min : 0; }

Json latency_part(VerbRun& run, const Config& config, const CompareRequest& request, const ComparedModels& models,
                  const NamedTensors& inputs) {
  if (request.runs == 0) return nullptr;
  LatencyOptions options;
  options.runs = request.runs;
  options.max_seconds = request.max_seconds;
  options.confidence = config.accuracy.confidence;
  const RunOptions as_deployed{.threads = run.threads(), .observed_tensors = {}, .for_latency = true};
  const Contender first = open_contender(models, models.all.front(), as_deployed);
  Json list = Json::array({nullptr});
  LatencySummary least_steady;
  for (std::size_t i = 1; i < models.all.size(); ++i) {
    const Contender other = open_contender(models, models.all[i], as_deployed);
    const PairedLatency paired =
        measure_paired([&] { first.run(inputs); }, [&] { other.run(inputs); }, options, run.progress());
    for (const LatencySummary& latency : {paired.a, paired.b}) {
      if (unsteadiness(latency) > unsteadiness(least_steady)) least_steady = latency;
    }
    Json entry = json_of(paired.b);
    entry.update({{"ratio", ratio_json(paired.ratio)}, {"pairs", paired.pairs}, {"first", json_of(paired.a)}});
    list.push_back(std::move(entry));
  }
  warn_of_unsteady_latency(least_steady, run.progress());
  list[0] = list[1]["first"];
  return list;
}

/// The ops of each model: what the frameworks execute where all of them tell, so that like is compared with like.
std::vector<OpList> op_lists(const ComparedModels& models) {
  std::vector<OpList> executed;
  std::vector<OpList> of_graphs;
  for (const ComparedModel& model : models.all) {
    const ErrorContext frame([&] { return "model '" + model.name() + "'"; });
    if (auto list = executed_op_list(*model.opened.adaptor, *model.opened.model)) executed.push_back(*std::move(list));
  }
  if (executed.size() == models.all.size()) return executed;
  for (const ComparedModel& model : models.all) {
    of_graphs.push_back(graph_op_list(*model.opened.adaptor, *model.opened.model));
  }
  return of_graphs;
}

Json models_part(const ComparedModels& models, const std::vector<OpList>& ops,
                 const std::vector<OpDifference>& differences) {
  Json list = Json::array();
  for (std::size_t i = 0; i < models.all.size(); ++i) {
    const OpenedModel& opened = models.all[i].opened;
    Json counts = op_counts_json(ops[i]);
    counts["added"] = i == 0 ? Json(nullptr) : Json(differences[i].added);
    list.push_back({{"model", opened.path.string()},
                    {"model_sha256", opened.sha256},
                    {"backend", opened.backend},
                    {"framework", json_of(opened.adaptor->framework())},
                    {"ops", counts}});
  }
  return list;
}

}  // namespace

Result run_compare(const VerbContext& context, const Config& config, const CompareRequest& request) {
  if (request.others.empty()) {
    throw Error(ErrorCode::invalid_argument, "there is no model to compare with", "name two models or more");
  }
  require_expectable(config.evaluation);
  const Stopwatch stopwatch;
  VerbRun run(context, "compare", config);
  without_speed_gate(without_accuracy_gate(config, run.progress()), run.progress());
  if (!config.evaluation.command.empty()) {
    run.warn("evaluation.command is not used here; halftone evaluate --against uses it");
  }
  const ComparedModels models = open_compared_models(run, config, request);
  const Samples samples = open_samples(config, models.inputs, run.progress());
  Json body{{"models", nullptr}};
  body.update(accuracy_part(run, config, models, samples));
  body["latency_ms"] = latency_part(run, config, request, models, samples.first.inputs);
  body["size_bytes"] = Json::array();
  for (const ComparedModel& model : models.all) body["size_bytes"].push_back(model.opened.model->size_bytes());
  const std::vector<OpList> ops = op_lists(models);
  std::vector<OpDifference> differences;
  body["ops_changed"] = Json::array();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    differences.push_back(compare_ops(ops.front().ops, ops[i].ops));
    for (Json& change : ops_changed_json(models.all[i].name(), differences[i])) {
      body["ops_changed"].push_back(std::move(change));
    }
  }
  body["models"] = models_part(models, ops, differences);
  body["seconds"] = stopwatch.seconds();
  return run.result(body);
}

}  // namespace halftone

#include <mutex>

#include "adaptor/evaluation_events.h"
#include "adaptor/measurement_parts.h"
#include "adaptor/metric_sample.h"
#include "adaptor/output_row.h"
#include "base/parallel.h"
#include "evaluation/metric_checks.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

/// Scores of the samples of one item.
struct ItemScores {
  std::vector<std::string> ids;
  std::vector<std::int64_t> labels;
  std::vector<std::vector<double>> by_metric;
  std::vector<MetricRows> rows_by_metric;  ///< of metrics that are no means
  std::size_t classes = 0;
};

/// Runs items through a model (and the float model) and scores them.
class Scorer {
 public:
  Scorer(const Adaptor& adaptor, const Model& model, const Model* reference, const EvaluateOptions& options)
      : options_(options), needs_reference_(options.labels_from_float) {
    for (const std::string& name : options.metrics) {
      metrics_.push_back(make_metric(name));
      needs_reference_ = needs_reference_ || metrics_.back()->truth() == Truth::reference;
      needs_targets_ = needs_targets_ || metrics_.back()->truth() == Truth::target;
    }
    if (needs_reference_ && reference == nullptr) {
      throw Error(ErrorCode::invalid_argument, "a metric compares with the float model, but none was given",
                  "name it (--against), or choose metrics that use labels");
    }
    session_ = adaptor.open(model, {.threads = 1});
    const bool one_by_one = !session_->concurrent() || options.measurer != nullptr;
    if (one_by_one && options.threads > 1) session_ = adaptor.open(model, {.threads = options.threads});
    if (needs_reference_) reference_ = adaptor.open(*reference, {.threads = 1});
  }

  int workers() const {
    const bool concurrent = session_->concurrent() && (!reference_ || reference_->concurrent());
    return concurrent && options_.measurer == nullptr ? options_.threads : 1;
  }

  ItemScores score(const DataItem& item) const {
    const ErrorContext frame([&] { return "sample '" + item.id + "'"; });
    const NamedTensors outputs = processed(measured_run(item.inputs));
    const NamedTensors expected = reference_ ? processed(reference_->run(item.inputs)) : NamedTensors{};
    ItemScores result;
    result.by_metric.resize(metrics_.size());
    result.rows_by_metric.resize(metrics_.size());
    for (const auto& metric : metrics_) require_truth(*metric, item, options_.labels_from_float);
    const std::size_t samples = item.samples();
    for (std::size_t i = 0; i < samples; ++i) {
      const std::vector<float> row = require_output_row(outputs.front().value, i, samples);
      const std::vector<float> truth =
          reference_ ? require_output_row(expected.front().value, i, samples) : std::vector<float>{};
      const std::int64_t label = label_of(item, i, truth);
      result.classes = row.size();
      result.ids.push_back(samples == 1 ? item.id : item.id + "#" + std::to_string(i));
      result.labels.push_back(label);
      const SampleTensors tensors = needs_targets_ ? tensors_of_sample(outputs, item, i, samples) : SampleTensors{};
      add_scores(result, {row, label, truth, &tensors.outputs, tensors.target ? &*tensors.target : nullptr});
    }
    return result;
  }

 private:
  NamedTensors measured_run(const NamedTensors& inputs) const {
    if (options_.measurer == nullptr) return session_->run(inputs);
    options_.measurer->start();
    NamedTensors outputs = session_->run(inputs);
    options_.measurer->end();
    return outputs;
  }

  NamedTensors processed(NamedTensors outputs) const {
    if (!options_.postprocess) return outputs;
    const ErrorContext frame("post-processing outputs");
    NamedTensors seen = options_.postprocess(std::move(outputs));
    if (seen.empty()) throw Error(ErrorCode::invalid_argument, "post-processing left no output for the metrics");
    return seen;
  }

  void add_scores(ItemScores& scores, const MetricSample& sample) const {
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      if (const MeanMetric* mean = metrics_[m]->as_mean())
        scores.by_metric[m].push_back(mean->score(sample));
      else
        scores.rows_by_metric[m].add(metrics_[m]->contribution(sample));
    }
  }

  std::int64_t label_of(const DataItem& item, std::size_t sample, const std::vector<float>& truth) const {
    if (options_.labels_from_float) return predicted_class(truth);
    return sample < item.labels.size() ? item.labels[sample] : -1;
  }

  const EvaluateOptions& options_;
  bool needs_reference_;
  bool needs_targets_ = false;
  std::vector<std::unique_ptr<Metric>> metrics_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Session> reference_;
};

DataLoader first_items(const DataLoader& data, std::int64_t iteration) {
  if (iteration == -1) return data;
  if (iteration < 1) {
    throw Error(ErrorCode::invalid_argument, std::to_string(iteration) + " iterations cannot be evaluated",
                "give 1 or more, or -1 for all");
  }
  return data.prefix(static_cast<std::size_t>(iteration));
}

using ScoresByPosition = std::map<std::size_t, ItemScores>;

/// Takes the items out and puts their scores in order.
Measurement take_in_order(ScoresByPosition& items, const std::vector<std::string>& metrics) {
  Measurement measurement;
  for (auto& [position, scores] : items) {
    measurement.ids.insert(measurement.ids.end(), scores.ids.begin(), scores.ids.end());
    measurement.labels.insert(measurement.labels.end(), scores.labels.begin(), scores.labels.end());
    measurement.classes = scores.classes;
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (!scores.rows_by_metric[m].empty()) measurement.rows[metrics[m]].append(scores.rows_by_metric[m]);
      if (scores.by_metric[m].empty()) continue;
      std::vector<double>& kept = measurement.scores[metrics[m]];
      kept.insert(kept.end(), scores.by_metric[m].begin(), scores.by_metric[m].end());
    }
  }
  items.clear();
  return measurement;
}

/// Runs chunk after chunk through `use`, which leaves its scores in `items`, until options.proceed() has seen enough.
/// Returns how many items that were.
std::size_t evaluate_chunks(const DataLoader& data, const EvaluateOptions& options, int workers,
                            const std::function<void(std::size_t, const DataItem&)>& use, ScoresByPosition& items,
                            Measurement& measurement) {
  if (options.chunk_items == 0) throw Error(ErrorCode::invalid_argument, "chunks of 0 items cannot be evaluated");
  const std::size_t size = data.size().value();
  std::size_t begin = 0;
  while (begin < size) {
    const std::size_t count = std::min(options.chunk_items, size - begin);
    parallel_for(count, workers, [&](std::size_t, std::size_t i) { use(begin + i, data.item(begin + i)); });
    begin += count;
    const Measurement chunk = take_in_order(items, options.metrics);
    append(measurement, chunk);
    if (!options.proceed(chunk)) break;
  }
  return begin;
}

}  // namespace

Measurement Adaptor::do_evaluate(const Model& model, const DataLoader& given, const EvaluateOptions& options,
                                 const Model* reference) const {
  const ErrorContext frame("evaluating");
  const Scorer scorer(*this, model, reference, options);
  DataLoader data = first_items(given, options.iteration);
  ScoresByPosition items;
  std::mutex mutex;
  Stage stage(progress(), "evaluate", data.size().value_or(0));
  const auto use = [&](std::size_t position, const DataItem& item) {
    ItemScores scores = scorer.score(item);
    const std::scoped_lock lock(mutex);
    items.emplace(position, std::move(scores));
    stage.advance();
  };
  Measurement measurement;
  if (options.proceed && data.random_access()) {
    data = data.prefix(evaluate_chunks(data, options, scorer.workers(), use, items, measurement));
  } else {
    data.for_each(scorer.workers(), use);
    measurement = take_in_order(items, options.metrics);
    if (options.proceed) options.proceed(measurement);
  }
  if (!options.tensorboard.empty()) write_events(*this, model, data, options, measurement);
  return measurement;
}

}  // namespace halftone

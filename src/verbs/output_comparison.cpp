#include "verbs/output_comparison.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <mutex>

#include "adaptor/metric_sample.h"
#include "adaptor/output_row.h"
#include "evaluation/metric_checks.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

using Row = std::vector<float>;

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

void append(OutputScores& all, const OutputScores& more) {
  append(all.cosine, more.cosine);
  append(all.sqnr, more.sqnr);
  all.left_out += more.left_out;
}

void append(ContenderScores& all, ContenderScores more) {
  std::ranges::move(more.measured.ids, std::back_inserter(all.measured.ids));
  std::ranges::move(more.measured.labels, std::back_inserter(all.measured.labels));
  for (const auto& [metric, scores] : more.measured.scores) append(all.measured.scores[metric], scores);
  for (const auto& [metric, rows] : more.measured.rows) all.measured.rows[metric].append(rows);
  all.measured.classes = more.measured.classes;
  all.outputs.resize(more.outputs.size());
  for (std::size_t i = 0; i < more.outputs.size(); ++i) append(all.outputs[i], more.outputs[i]);
}

bool is_finite(const Row& row) {
  return std::all_of(row.begin(), row.end(), [](float value) { return std::isfinite(value); });
}

/// Scores one item under all models.
class ItemScorer {
 public:
  ItemScorer(const std::vector<Contender>& contenders, const MetricChoice& metrics)
      : contenders_(contenders), labels_from_first_(metrics.labels_from_float) {
    for (const std::string& name : metrics.names) {
      metrics_.push_back(make_metric(name));
      needs_targets_ = needs_targets_ || metrics_.back()->truth() == Truth::target;
    }
  }

  std::vector<ContenderScores> score(const DataItem& item) const {
    const ErrorContext frame([&] { return "sample '" + item.id + "'"; });
    const std::size_t samples = item.samples();
    std::vector<ContenderScores> scores(contenders_.size());
    NamedTensors expected;
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      const ErrorContext model([&] { return "model '" + contenders_[i].name + "'"; });
      const NamedTensors outputs = contenders_[i].run(item.inputs);
      if (i == 0) expected = outputs;
      scores[i].measured = measure(contenders_[i], item, outputs, expected, i == 0);
      if (i > 0) scores[i].outputs = compare(contenders_[i], samples, outputs, expected);
    }
    return scores;
  }

 private:
  Measurement measure(const Contender& contender, const DataItem& item, const NamedTensors& outputs,
                      const NamedTensors& expected, bool is_first) const {
    const std::size_t samples = item.samples();
    const NamedTensors seen = needs_targets_ ? in_order_of_first(contender, outputs, expected) : NamedTensors{};
    Measurement measured;
    for (std::size_t sample = 0; sample < samples; ++sample) {
      measured.ids.push_back(samples == 1 ? item.id : item.id + "#" + std::to_string(sample));
      measured.labels.push_back(sample < item.labels.size() ? item.labels[sample] : -1);
      if (metrics_.empty()) continue;
      const Row row = require_output_row(outputs.at(contender.outputs.front().value()).value, sample, samples);
      const Row truth = is_first ? row : require_output_row(expected.front().value, sample, samples);
      measured.classes = row.size();
      const SampleTensors tensors = needs_targets_ ? tensors_of_sample(seen, item, sample, samples) : SampleTensors{};
      for (const auto& metric : metrics_) {
        const bool by_reference = metric->truth() == Truth::reference || labels_from_first_;
        if (is_first && by_reference) continue;
        require_truth(*metric, item, labels_from_first_);
        const std::int64_t label = labels_from_first_ ? predicted_class(truth) : measured.labels.back();
        add_score(measured, *metric,
                  {row, label, truth, &tensors.outputs, tensors.target ? &*tensors.target : nullptr});
      }
    }
    return measured;
  }

  static void add_score(Measurement& measured, const Metric& metric, const MetricSample& sample) {
    if (const MeanMetric* mean = metric.as_mean())
      measured.scores[metric.name()].push_back(mean->score(sample));
    else
      measured.rows[metric.name()].add(metric.contribution(sample));
  }

  /// A contender's outputs that answer to the first's, in its order and by its names.
  static NamedTensors in_order_of_first(const Contender& contender, const NamedTensors& outputs,
                                        const NamedTensors& expected) {
    NamedTensors ordered;
    for (std::size_t i = 0; i < contender.outputs.size(); ++i) {
      if (contender.outputs[i]) ordered.push_back({expected.at(i).name, outputs.at(*contender.outputs[i]).value});
    }
    return ordered;
  }

  std::vector<OutputScores> compare(const Contender& contender, std::size_t samples, const NamedTensors& outputs,
                                    const NamedTensors& expected) const {
    std::vector<OutputScores> scores(contender.outputs.size());
    for (std::size_t output = 0; output < scores.size(); ++output) {
      if (!contender.outputs[output]) continue;
      const Tensor& own = outputs.at(*contender.outputs[output]).value;
      const Tensor& reference = expected.at(output).value;
      if (own.dtype() == DType::string || reference.dtype() == DType::string) continue;
      for (std::size_t sample = 0; sample < samples; ++sample) {
        add_scores(scores[output], output_row(own, sample, samples), output_row(reference, sample, samples));
      }
    }
    return scores;
  }

  void add_scores(OutputScores& scores, const std::optional<Row>& row, const std::optional<Row>& reference) const {
    const bool is_comparable = row && reference && !row->empty() && row->size() == reference->size() &&
                               is_finite(*row) && is_finite(*reference);
    if (!is_comparable) {
      ++scores.left_out;
      return;
    }
    const MetricSample sample{.output = *row, .reference = *reference};
    scores.cosine.push_back(cosine_->score(sample));
    scores.sqnr.push_back(sqnr_->score(sample));
  }

  const std::vector<Contender>& contenders_;
  bool labels_from_first_;
  bool needs_targets_ = false;
  std::vector<std::unique_ptr<Metric>> metrics_;
  std::unique_ptr<MeanMetric> cosine_ = make_mean_metric("cosine");
  std::unique_ptr<MeanMetric> sqnr_ = make_mean_metric("sqnr");
};

}  // namespace

NamedTensors Contender::run(const NamedTensors& inputs_of_first) const {
  NamedTensors fed = inputs_of_first;
  for (std::size_t i = 0; i < fed.size(); ++i) fed[i].name = inputs.at(i);
  return session->run(fed);
}

std::vector<ContenderScores> compare_outputs(const std::vector<Contender>& contenders, const DataLoader& data,
                                             const MetricChoice& metrics, int threads, Progress& progress) {
  const ErrorContext frame("comparing outputs");
  const ItemScorer scorer(contenders, metrics);
  const bool concurrent =
      std::all_of(contenders.begin(), contenders.end(), [](const Contender& c) { return c.session->concurrent(); });
  std::map<std::size_t, std::vector<ContenderScores>> by_position;
  std::mutex mutex;
  Stage stage(progress, "compare outputs", data.size().value_or(0));
  data.for_each(concurrent ? threads : 1, [&](std::size_t position, const DataItem& item) {
    std::vector<ContenderScores> scores = scorer.score(item);
    const std::scoped_lock lock(mutex);
    by_position.emplace(position, std::move(scores));
    stage.advance();
  });
  std::vector<ContenderScores> all(contenders.size());
  for (auto& [position, scores] : by_position) {
    for (std::size_t i = 0; i < all.size(); ++i) append(all[i], std::move(scores[i]));
  }
  return all;
}

bool is_row_of_classes(const Tensor& output, std::size_t samples) {
  const Shape& shape = output.shape();
  const bool counts_samples = !shape.empty() && shape.front() == static_cast<std::int64_t>(samples);
  const auto is_long = [](std::int64_t extent) { return extent > 1; };
  return std::count_if(shape.begin() + (counts_samples ? 1 : 0), shape.end(), is_long) <= 1;
}

}  // namespace halftone

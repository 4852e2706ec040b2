#include <algorithm>
#include <utility>

#include "adaptor/measurement_parts.h"
#include "evaluation/sequential_gate.h"
#include "halftone/certainty.h"
#include "halftone/error.h"
#include "verbs/tune/trial_judge.h"

namespace halftone {
namespace {

/// Ready batches hold several samples an item, which only reading them tells.
bool has_single_samples(const DataLoader& data) {
  const std::size_t items = data.size().value_or(0);
  return data.random_access() && items > 0 && data.item(0).samples() == 1 && data.item(items - 1).samples() == 1;
}

}  // namespace

TrialJudge::~TrialJudge() = default;

DataJudge::DataJudge(const Adaptor& adaptor, const Model& float_model, SearchData data, DataJudgeOptions options)
    : adaptor_(adaptor), float_model_(float_model), data_(std::move(data)), options_(std::move(options)) {
  for (const std::string& name : options_.metrics.names) {
    measured_.push_back({name, make_metric(name)->higher_is_better()});
  }
}

EvaluateOptions DataJudge::evaluate_options() const {
  EvaluateOptions options;
  options.metrics = options_.metrics.names;
  options.threads = options_.threads;
  options.labels_from_float = options_.metrics.labels_from_float;
  options.postprocess = options_.postprocess;
  return options;
}

Measurement DataJudge::evaluate_all(const Model& model, const DataLoader& data) const {
  const Model* reference = options_.metrics.needs_reference() ? &float_model_ : nullptr;
  return adaptor_.evaluate(model, data, evaluate_options(), reference);
}

Measurement DataJudge::evaluate_float_on(const DataLoader& data) const {
  return evaluate_baseline(adaptor_, float_model_, data, options_.metrics, options_.threads, options_.postprocess);
}

std::vector<MetricEstimate> DataJudge::baseline_estimates() const {
  return estimate_metrics(options_.metrics, baseline_, options_.confidence, {.seed = options_.seed});
}

void DataJudge::evaluate_float() {
  if (float_is_evaluated_) return;
  baseline_ = evaluate_float_on(data_.search);
  float_is_evaluated_ = true;
  const std::size_t items = data_.search.size().value_or(0);
  samples_ = baseline_.ids.empty() ? items : baseline_.samples();
  one_sample_an_item_ = samples_ == items && has_single_samples(data_.search);
}

JudgedModel DataJudge::judge_float(const Model&, const std::filesystem::path&) {
  evaluate_float();
  JudgedModel judged;
  judged.samples = samples_;
  for (const MetricEstimate& estimate : baseline_estimates()) judged.metrics[estimate.name] = estimate.value;
  for (const MetricEstimate& estimate : estimates_of_equals(options_.metrics)) {
    judged.metrics.emplace(estimate.name, estimate.value);
  }
  return judged;
}

JudgedModel DataJudge::compared(const Measurement& candidate, double confidence) const {
  JudgedModel judged;
  judged.samples = evaluated_samples(candidate, data_.search);
  const bool ended_early = !candidate.ids.empty() && candidate.samples() < baseline_.samples();
  const Measurement baseline = ended_early ? first_samples(baseline_, candidate.samples()) : baseline_;
  for (const MetricComparison& metric :
       compare(options_.metrics, baseline, candidate, confidence, {.seed = options_.seed})) {
    judged.metrics[metric.name] = metric.value;
    if (metric.delta) judged.deltas[metric.name] = *metric.delta;
  }
  return judged;
}

// Where one metric decides, its differences are bounded, and the backend tells samples apart.
std::optional<std::vector<double>> DataJudge::scores_to_follow() const {
  if (!options_.may_stop_early || goal_.criteria.size() != 1 || !baseline_.values.empty()) return std::nullopt;
  const auto metric = make_metric(goal_.criteria.front().metric);
  if (!early_stopping_for(*metric, data_.search.random_access()).possible) return std::nullopt;
  if (!one_sample_an_item_) return std::nullopt;
  return baseline_scores(*metric, options_.metrics, baseline_, samples_);
}

JudgedModel DataJudge::judge(const Model& model, const std::function<std::filesystem::path()>&, std::uint64_t number) {
  evaluate_float();  // a search that goes on from a history has not done so
  if (const auto baseline = scores_to_follow()) return judge_in_steps(model, *baseline, number);
  last_ = evaluate_all(model, data_.search);
  const bool divided = goal_.decide == Decide::confident;
  return compared(last_, divided ? confidence_for_trial(goal_.confidence, number) : goal_.confidence);
}

JudgedModel DataJudge::judge_in_steps(const Model& model, const std::vector<double>& baseline, std::uint64_t number) {
  const MetricCriterion& criterion = goal_.criteria.front();
  const auto metric = make_metric(criterion.metric);
  const bool divided = goal_.decide == Decide::confident;
  const double confidence = divided ? confidence_for_trial(goal_.confidence, number) : goal_.confidence;
  SequentialGate gate(*metric, baseline, {criterion.max_drop, goal_.decide, confidence},
                      early_stopping_for(*metric, true));
  EvaluateOptions options = evaluate_options();
  bool was_shown = false;
  options.proceed = [&](const Measurement& chunk) {
    const auto scores = chunk.scores.find(criterion.metric);
    if (scores == chunk.scores.end()) return true;
    was_shown = true;
    return !gate.show(scores->second);
  };
  const Model* reference = options_.metrics.needs_reference() ? &float_model_ : nullptr;
  last_ = adaptor_.evaluate(model, data_.search, options, reference);
  // A backend with an evaluation of its own may tell all at once, or one number for all samples.
  if (!was_shown) return compared(last_, confidence);
  const SequentialOutcome outcome = gate.outcome();
  JudgedModel judged = compared(last_, confidence);
  judged.deltas[criterion.metric] = outcome.delta;
  judged.stopped_early = outcome.stopped_early;
  return judged;
}

// Where a trial ended early, the samples it did not see; all of them where nothing is known of it any more.
Measurement DataJudge::evaluate_rest(const Model& model) const {
  if (!best_ || !one_sample_an_item_ || !best_->values.empty()) return evaluate_all(model, data_.search);
  Measurement all = *best_;
  append(all, evaluate_all(model, data_.search.without_prefix(all.samples())));
  return all;
}

std::optional<SelectedModel> DataJudge::judge_selected(const Model& model, const std::filesystem::path&,
                                                       std::uint64_t trials, bool may_evaluate) {
  const Bootstrap bootstrap{.seed = options_.seed};
  SelectedModel selected;
  if (data_.fresh) {
    if (!may_evaluate) return std::nullopt;
    selected.how = "fresh_samples";
    selected.confidence = options_.confidence;
    const Measurement baseline = evaluate_float_on(*data_.fresh);
    const Measurement candidate = evaluate_all(model, *data_.fresh);
    selected.samples = evaluated_samples(candidate, *data_.fresh);
    selected.comparisons = compare(options_.metrics, baseline, candidate, selected.confidence, bootstrap);
    return selected;
  }
  if (may_evaluate) evaluate_float();
  // A trial that ended early has not seen all samples, and intervals for a fixed number of them need them all.
  const bool whole = best_ && evaluated_samples(*best_, data_.search) == samples_;
  if (!whole && !may_evaluate) return std::nullopt;
  selected.how = "split_confidence";
  selected.confidence = confidence_for_each(options_.confidence, std::max<std::uint64_t>(trials, 1));
  const Measurement candidate = whole ? *best_ : evaluate_rest(model);
  selected.samples = evaluated_samples(candidate, data_.search);
  selected.comparisons = compare(options_.metrics, baseline_, candidate, selected.confidence, bootstrap);
  return selected;
}

}  // namespace halftone

#include "verbs/tune/command_judge.h"

#include <algorithm>
#include <utility>

#include "halftone/certainty.h"
#include "verbs/command_judgement.h"

namespace halftone {

CommandJudge::CommandJudge(Run run, const std::filesystem::path& float_model, double confidence)
    : run_(std::move(run)), confidence_(confidence), baseline_(run_(float_model)) {
  for (const CommandMetric& metric : baseline_) measured_.push_back({metric.name, metric.higher_is_better});
}

std::vector<MetricEstimate> CommandJudge::baseline_estimates() const {
  return estimate_metrics(baseline_, confidence_);
}

JudgedModel CommandJudge::judge_float(const Model&, const std::filesystem::path&) {
  JudgedModel judged;
  for (const MetricEstimate& metric : baseline_estimates()) judged.metrics[metric.name] = metric.value;
  judged.samples = samples_of(baseline_).value_or(0);
  return judged;
}

JudgedModel CommandJudge::judge(const Model&, const std::function<std::filesystem::path()>& path, std::uint64_t) {
  last_ = run_(path());
  JudgedModel judged;
  for (const MetricComparison& metric : compare(baseline_, last_, confidence_)) {
    judged.metrics[metric.name] = metric.value;
    if (metric.delta) judged.deltas[metric.name] = *metric.delta;
  }
  judged.samples = samples_of(last_).value_or(0);
  return judged;
}

void CommandJudge::remember(bool last) { best_ = last ? std::optional(last_) : std::nullopt; }

std::optional<SelectedModel> CommandJudge::judge_selected(const Model&, const std::filesystem::path& path,
                                                          std::uint64_t trials, bool may_evaluate) {
  if (!best_ && !may_evaluate) return std::nullopt;
  SelectedModel selected;
  selected.how = "split_confidence";
  selected.confidence = confidence_for_each(confidence_, std::max<std::uint64_t>(trials, 1));
  const std::vector<CommandMetric> candidate = best_ ? *best_ : run_(path);
  selected.samples = samples_of(candidate).value_or(0);
  selected.comparisons = compare(baseline_, candidate, selected.confidence);
  return selected;
}

}  // namespace halftone

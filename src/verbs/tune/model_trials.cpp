#include "verbs/tune/model_trials.h"

#include <utility>

#include "halftone/error.h"
#include "verbs/stopwatch.h"
#include "verbs/tune/child_memory.h"

namespace halftone {
namespace {

/// Enough that the interval of the median ratio is a matter of percents, where a pair takes a millisecond.
constexpr int kPairs = 50;

/// Whether two configurations come to the same model: what each op does, and how.
std::string plan_key(const QuantizationPlan& plan) {
  std::string key;
  for (const OpPlan& op : plan.ops) {
    if (!op.quantized || !op.choice) continue;
    key.append(op.name).append("=").append(to_string(op.choice->format)).append(" ").append(to_string(*op.choice));
    if (op.choice->weight) key += " " + std::to_string(op.choice->weight->group_size);
    key += '\n';
  }
  return key;
}

}  // namespace

ModelTrials::ModelTrials(TrialParts parts) : parts_(std::move(parts)) {}
ModelTrials::~ModelTrials() = default;

TrialMeasurement ModelTrials::measure_float() {
  const Stopwatch evaluating;
  const JudgedModel judged = parts_.judge.judge_float(float_model(), parts_.setup.opened.path);
  TrialMeasurement measured;
  measured.metrics = judged.metrics;
  measured.samples = judged.samples;
  measured.seconds["evaluate"] = evaluating.seconds();
  const Stopwatch timing;
  float_session_ =
      adaptor().open(float_model(), {.threads = parts_.threads, .observed_tensors = {}, .for_latency = true});
  LatencyOptions latency;
  latency.max_seconds = parts_.latency_seconds;
  measured.latency_ms = summarize(measure_latency(*float_session_, parts_.sample, latency, parts_.progress)).p50;
  measured.latency_ratio = Estimate{1, 1, 1};
  measured.seconds["benchmark"] = timing.seconds();
  measured.size_bytes = float_model().size_bytes();
  measured.ops = parts_.setup.graph.ops().size();
  measured.peak_memory_bytes = peak_memory(parts_.setup.opened.path);
  return measured;
}

TrialMeasurement ModelTrials::run(const Proposal& proposal, int id) {
  const ErrorContext frame([&] { return "trying '" + proposal.changes + "' (" + proposal.stage + ")"; });
  const Stopwatch total;
  staging_.reset();
  QuantizeResult quantized = parts_.maker.make(proposal.config, &parts_.cache);
  // Trained models of one plan began from other ranges.
  const std::string key = parts_.maker.trains() ? config_id(proposal.config) : plan_key(quantized.plan);
  TrialMeasurement measured;
  if (const auto same = by_plan_.find(key); same != by_plan_.end()) {
    parts_.progress.detail("the plan is that of an earlier trial, which is not measured again");
    measured = same->second;
    measured.seconds.clear();
    last_was_judged_ = false;
  } else {
    const Model& model = *quantized.model;
    measured.size_bytes = model.size_bytes();
    measured.ops = quantized.plan.ops.size();
    measured.quantized_ops = quantized.plan.quantized_ops();
    measured.conversions = quantized.plan.conversions;
    judge_into(model, id, measured);
    time_into(model, measured);
    if (!parts_.program.empty()) measured.peak_memory_bytes = peak_memory(staged(model));
    by_plan_[key] = measured;
    last_was_judged_ = true;
  }
  for (const auto& [stage, seconds] : quantized.seconds) measured.seconds[stage] = seconds;
  measured.seconds["total"] = total.seconds();
  last_config_ = config_id(proposal.config);
  last_ = std::move(quantized);
  return measured;
}

void ModelTrials::judge_into(const Model& model, int id, TrialMeasurement& measured) {
  const Stopwatch stopwatch;
  const auto number = static_cast<std::uint64_t>(id);
  const JudgedModel judged = parts_.judge.judge(
      model, [&] { return staged(model); }, number);
  measured.metrics = judged.metrics;
  measured.deltas = judged.deltas;
  measured.samples = judged.samples;
  measured.stopped_early = judged.stopped_early;
  measured.seconds["evaluate"] = stopwatch.seconds();
}

// In turns with float, so that whatever else the machine does meets both.
void ModelTrials::time_into(const Model& model, TrialMeasurement& measured) {
  const Stopwatch stopwatch;
  const RunOptions options{.threads = parts_.threads, .observed_tensors = {}, .for_latency = true};
  // A search that goes on from a history has not opened float yet.
  if (!float_session_) float_session_ = adaptor().open(float_model(), options);
  const auto session = adaptor().open(model, options);
  LatencyOptions latency;
  latency.max_seconds = parts_.latency_seconds;
  latency.confidence = parts_.confidence;
  latency.warmup = 2;
  latency.runs = kPairs;
  const PairedLatency paired =
      measure_paired(*float_session_, parts_.sample, *session, parts_.sample, latency, parts_.progress);
  measured.latency_ms = paired.b.p50;
  measured.latency_ratio = paired.ratio;
  measured.seconds["benchmark"] = stopwatch.seconds();
}

std::filesystem::path ModelTrials::staged(const Model& model) {
  if (!staging_) {
    staging_ = std::make_unique<StagingFolder>(parts_.output);
    adaptor().save(model, staging_->staged_output());
  }
  return staging_->staged_output();
}

std::optional<std::uint64_t> ModelTrials::peak_memory(const std::filesystem::path& model) const {
  if (parts_.program.empty()) return std::nullopt;
  return peak_memory_of(run_few_times(parts_.program, model, parts_.library, parts_.threads));
}

void ModelTrials::keep(const Trial& trial) {
  const SearchProgress::Shield shield(parts_.progress);
  const ErrorContext frame("saving the best model so far");
  StagingFolder staging(parts_.output);
  if (trial.id == 0) {
    adaptor().save(float_model(), staging.staged_output());
    kept_plan_.reset();
    parts_.judge.remember(false);
  } else {
    const bool is_last = last_.model && last_config_ == config_id(trial.proposal.config);
    if (!is_last) {
      last_ = parts_.maker.make(trial.proposal.config, &parts_.cache);
      last_config_ = config_id(trial.proposal.config);
    }
    parts_.judge.remember(is_last && last_was_judged_);
    adaptor().save(*last_.model, staging.staged_output());
    kept_plan_ = last_.plan;
  }
  staging.publish();
}

}  // namespace halftone

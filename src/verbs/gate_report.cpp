#include "verbs/gate_report.h"

#include <string>

#include "halftone/error.h"

namespace halftone {
namespace {

// Of positive numbers; an open end stays open.
Estimate inverse(const Estimate& ratio) { return {1 / ratio.value, 1 / ratio.high, 1 / ratio.low}; }

}  // namespace

void require_judgeable(const Config& config, bool has_evaluation_data) {
  parse_decide(config.accuracy.decide);
  if (config.accuracy.max_drop.empty()) return;
  parse_max_drop(config.accuracy.max_drop);
  if (has_evaluation_data) return;
  throw Error(ErrorCode::configuration, "a tolerated loss (max_drop) needs evaluation data to be judged by",
              "give it with --eval SPEC, or --data SPEC for calibration and evaluation alike");
}

GateReport judge(const Config& config, const std::vector<MetricComparison>& comparisons, std::uint64_t samples,
                 const std::optional<PairedLatency>& latency) {
  GateReport report;
  if (config.accuracy.max_drop.empty() && !config.min_speedup) return report;
  const Decide decide = parse_decide(config.accuracy.decide);
  report.gate = {{"decide", config.accuracy.decide}, {"confidence", config.accuracy.confidence}};
  if (!config.accuracy.max_drop.empty()) {
    const MetricComparison& metric = comparisons.at(0);
    if (!metric.baseline || !metric.delta) {
      throw Error(ErrorCode::configuration,
                  "a loss of '" + metric.name + "' cannot be judged: the float model has none",
                  "name another metric first (--metrics agreement,sqnr)");
    }
    const GateOutcome outcome = judge_drop(metric.baseline->value, *metric.delta, metric.higher_is_better,
                                           parse_max_drop(config.accuracy.max_drop), decide, samples);
    report.verdict = outcome.verdict;
    report.samples_needed = outcome.samples_needed;
    report.gate["accuracy"] = {{"metric", metric.name},
                               {"max_drop", config.accuracy.max_drop},
                               {"limit", json_of(outcome.limit)},
                               {"verdict", to_string(outcome.verdict)}};
  }
  if (config.min_speedup && latency) {
    const Verdict speed = judge_speedup(inverse(latency->ratio), *config.min_speedup, decide);
    report.verdict = both(report.verdict.value_or(Verdict::met), speed);
    report.gate["speed"] = {{"min_speedup", *config.min_speedup}, {"verdict", to_string(speed)}};
  }
  return report;
}

Json GateReport::verdict_json() const { return verdict ? Json(to_string(*verdict)) : Json(nullptr); }

Json GateReport::samples_needed_json() const { return samples_needed ? Json(*samples_needed) : Json(nullptr); }

Config without_speed_gate(Config config, Progress& progress) {
  if (config.min_speedup) progress.warn("min_speedup is not judged here; halftone benchmark --against judges it");
  config.min_speedup.reset();
  return config;
}

Config without_accuracy_gate(Config config, Progress& progress) {
  if (!config.accuracy.max_drop.empty()) {
    progress.warn("max_drop is not judged here; halftone evaluate --against judges it");
  }
  config.accuracy.max_drop.clear();
  return config;
}

}  // namespace halftone

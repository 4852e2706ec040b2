#include "verbs/gate_report.h"

#include <algorithm>
#include <string>

#include "base/nearest_word.h"
#include "halftone/error.h"
#include "tuning/criterion.h"

namespace halftone {
namespace {

// Of positive numbers; an open end stays open.
Estimate inverse(const Estimate& ratio) { return {1 / ratio.value, 1 / ratio.high, 1 / ratio.low}; }

/// The metric of that name; without one, the first.
const MetricComparison& metric_named(const std::string& name, const std::vector<MetricComparison>& comparisons) {
  if (name.empty()) return comparisons.at(0);
  std::vector<std::string> known;
  for (const MetricComparison& metric : comparisons) {
    if (metric.name == name) return metric;
    known.push_back(metric.name);
  }
  throw Error(ErrorCode::configuration, "max_drop: '" + name + "' is not measured",
              suggest(name, known) + "; --metrics names what is");
}

/// Of several metrics, each has to pass; the first stands under "accuracy", all of them under "metrics".
void judge_metric(GateReport& report, const MetricComparison& metric, const std::string& drop, Decide decide,
                  std::uint64_t samples) {
  if (!metric.baseline || !metric.delta) {
    throw Error(ErrorCode::configuration, "a loss of '" + metric.name + "' cannot be judged: the float model has none",
                "name another metric first (--metrics agreement,sqnr)");
  }
  const GateOutcome outcome =
      judge_drop(metric.baseline->value, *metric.delta, metric.higher_is_better, parse_max_drop(drop), decide, samples);
  report.verdict = both(report.verdict.value_or(Verdict::met), outcome.verdict);
  if (outcome.samples_needed) {
    report.samples_needed = std::max(report.samples_needed.value_or(0), *outcome.samples_needed);
  }
  const Json entry{{"metric", metric.name},
                   {"max_drop", drop},
                   {"limit", json_of(outcome.limit)},
                   {"verdict", to_string(outcome.verdict)}};
  if (!report.gate.contains("accuracy")) report.gate["accuracy"] = entry;
  report.gate["metrics"].push_back(entry);
}

}  // namespace

void require_judgeable(const Config& config, bool has_evaluation_data) {
  parse_decide(config.accuracy.decide);
  if (config.accuracy.max_drop.empty()) return;
  parse_max_drops(config.accuracy.max_drop);
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
    for (const auto& [named, drop] : parse_max_drops(config.accuracy.max_drop)) {
      judge_metric(report, metric_named(named, comparisons), drop, decide, samples);
    }
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

#include <algorithm>
#include <cmath>

#include "report/document/parts.h"
#include "report/document/tune_parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

/// The chosen model's metrics beside float's: as they were judged at the end, or else as its trial found them.
std::vector<MetricPair> pairs_of(const Json& result) {
  std::vector<MetricPair> pairs;
  for (const auto& [name, entry] : list_at(result, "selection.metrics").items()) {
    pairs.push_back({name, measured_at(entry, "float"), measured_at(entry, "value"), measured_at(entry, "delta")});
  }
  const Json* best = best_trial(result);
  if (!pairs.empty() || best == nullptr) return pairs;
  for (const auto& [name, value] : list_at(*best, "metrics").items()) {
    MetricPair pair{name};
    pair.second = measured_at(value, "");
    const Json &floats = list_at(result, "baseline.metrics"), &deltas = list_at(*best, "deltas");
    if (const auto found = floats.find(name); found != floats.end()) pair.first = measured_at(*found, "");
    if (const auto found = deltas.find(name); found != deltas.end()) pair.delta = measured_at(*found, "");
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

std::string judged_text(const Json& result) {
  const std::string how = text_at(result, "selection.how");
  const auto samples = count_at(result, "selection.samples");
  const std::string on = samples ? " on " + counted(*samples, "sample") : "";
  if (how == "fresh_samples") return "The chosen model was judged again" + on + " that the search had not seen.";
  if (how == "split_confidence") {
    return "Intervals are wide enough to hold for all trials together" + on + ", since the search saw every sample.";
  }
  return "";
}

/// Metrics, and with them the reason that counts: what was looked for, and whether it was found.
Answer tuned_accuracy_answer(const std::vector<MetricPair>& pairs, const PairNames& names, const Json& result) {
  Answer answer = accuracy_answer(pairs, names, result);
  const Json* met = find_json(result, "target_met");
  if (best_trial(result) == nullptr) {
    answer.answer = "No model was chosen";
    answer.tone = Tone::bad;
  }
  if (met == nullptr || !met->is_boolean()) return answer;
  answer.verdict = met->get<bool>() ? "target met" : "target not met";
  answer.tone = met->get<bool>() ? Tone::good : Tone::bad;
  return answer;
}

/// Float's latency in the moments in which the trial was timed, not when the search began.
std::optional<double> float_latency(const Json& result, const Json& trial, const std::optional<Speedup>& speedup) {
  const auto latency = number_at(trial, "latency_ms");
  if (latency && speedup) return *latency * speedup->value;
  return number_at(result, "baseline.latency_ms");
}

std::string speed_detail(const Json& result, const PairNames& names, const std::optional<Speedup>& speedup) {
  const Json* best = best_trial(result);
  const auto in_float = best != nullptr ? float_latency(result, *best, speedup) : std::nullopt;
  const auto quantized = best != nullptr ? number_at(*best, "latency_ms") : std::nullopt;
  if (!in_float || !quantized) return "";
  std::string text = milliseconds(*quantized) + " in " + names.second + ", " + milliseconds(*in_float) + " in float";
  if (speedup) text += "; " + names.interval + " " + speedup_range(*speedup);
  return text + ".";
}

/// As asked for: "at least 1.50× as fast" and its verdict, or empty.
std::string speed_verdict(const Json& result, const std::optional<Speedup>& speedup) {
  const auto asked = number_at(result, "goal.min_speedup");
  if (!asked || !speedup) return "";
  return speedup->value >= *asked ? "met" : "not_met";
}

void add_check(std::vector<Check>& checks, const Json& result) {
  const Json* met = find_json(result, "target_met");
  if (met == nullptr || !met->is_boolean()) return;
  Check check{"target: a model that meets every goal was found"};
  check.outcome = met->get<bool>() ? Check::Outcome::passed : Check::Outcome::failed;
  check.kind = met->get<bool>() ? "met" : "not_met";
  check.message = "stopped: " + text_at(result, "stop_reason");
  checks.insert(checks.begin(), std::move(check));
}

std::vector<Check> tune_checks(const Json& result, const std::vector<MetricPair>& pairs,
                               const std::optional<Speedup>& speedup) {
  std::vector<Check> checks = gate_checks(result, pairs);
  if (const auto asked = number_at(result, "goal.min_speedup")) {
    const std::string verdict = speed_verdict(result, speedup);
    Check check{"latency: at least " + fixed(*asked, 2) + "× as fast"};
    if (!verdict.empty()) check.outcome = verdict == "met" ? Check::Outcome::passed : Check::Outcome::failed;
    check.kind = verdict;
    check.message = speedup ? speedup_text(*speedup) + " (" + speedup_range(*speedup) + ")" : "not measured";
    checks.push_back(std::move(check));
  }
  add_check(checks, result);
  for (const Json& trial : list_at(result, "trials")) {
    const std::string error = text_at(trial, "error");
    if (error.empty()) continue;
    checks.push_back({"trial " + grouped(count_at(trial, "id").value_or(0)), Check::Outcome::skipped, "", error});
  }
  return checks;
}

Json json_number(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

std::string subtitle_of(const Json& result) {
  const std::size_t trials = list_at(result, "trials").size();
  std::string text = counted(trials > 0 ? trials - 1 : 0, "trial");  // float is no trial of anything
  const std::string strategy = text_at(result, "strategy"), reason = text_at(result, "stop_reason");
  if (!strategy.empty()) text += ", strategy " + strategy;
  if (!reason.empty()) text += "; stopped: " + reason;
  return text;
}

}  // namespace

Document tune_document(const Json& result) {
  Document document = begin_document(result);
  const PairNames names = pair_names(result);
  const std::vector<MetricPair> pairs = pairs_of(result);
  const Json* best = best_trial(result);
  const std::optional<Speedup> speedup = best != nullptr ? trial_speedup(*best) : std::nullopt;
  document.subtitle = subtitle_of(result);
  document.answers = {tuned_accuracy_answer(pairs, names, result),
                      speed_answer(speedup, speed_verdict(result, speedup), speed_detail(result, names, speedup)),
                      float_answer(list_at(result, "ops"))};
  document.overview = make_overview(names);
  add_overview_rows(*document.overview, pairs);
  if (best != nullptr) {
    const Json before = {{"p50", json_number(float_latency(result, *best, speedup))}};
    const Json after = {{"p50", json_number(number_at(*best, "latency_ms"))}};
    add_latency_rows(*document.overview, before, after, speedup);
    add_size_row(*document.overview, number_at(result, "baseline.size_bytes"), number_at(*best, "size_bytes"));
  }
  Section accuracy = accuracy_section(pairs, names, result);
  if (const std::string judged = judged_text(result); !judged.empty()) accuracy.paragraphs.push_back(judged);
  document.sections = {trials_section(result), std::move(accuracy),         ops_section(result),
                       units_section(result),  sensitivity_section(result), reproduction_section(result)};
  document.checks = tune_checks(result, pairs, speedup);
  return document;
}

}  // namespace halftone::report

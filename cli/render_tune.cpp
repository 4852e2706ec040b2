#include <filesystem>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"
#include "report/result_phrases.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kShownTrials = 12;

std::string reason_text(const std::string& reason) {
  if (reason == "target_met") return "the first model that met the target ended it";
  if (reason == "max_trials") return "as many trials as allowed were run";
  if (reason == "timeout") return "its time was over";
  if (reason == "exhausted") return "the strategy had no more to try";
  if (reason == "no_gain") return "no accurate model is measurably better than float, so float stays";
  if (reason == "interrupted") return "it was interrupted; --resume goes on";
  if (reason == "end_of_history") return "the history ends here";
  return reason;
}

std::optional<std::uint64_t> best_of(const Json& result) { return count_at(result, "best"); }

const Json* trial_of(const Json& result, std::uint64_t id) {
  for (const Json& trial : list_at(result, "trials")) {
    if (count_at(trial, "id") == id) return &trial;
  }
  return nullptr;
}

Tint tint_of(const std::string& verdict) {
  if (verdict == "met") return Tint::good;
  return verdict == "undecided" ? Tint::caution : Tint::bad;
}

std::string title(const Json& result, const Style& style) {
  const std::string model = std::filesystem::path(text_at(result, "model")).filename().string();
  const std::size_t trials = list_at(result, "trials").size();
  return tinted(model, Tint::bold, style) + "  strategy " + text_at(result, "strategy") + ", " +
         counted(trials > 0 ? trials - 1 : 0, "trial") + "; " + reason_text(text_at(result, "stop_reason")) + "\n\n";
}

/// Float against the chosen model: metrics, latency, size.
std::string comparison_part(const Json& result, const Style& style) {
  const auto best = best_of(result);
  const Json* trial = best ? trial_of(result, *best) : nullptr;
  if (trial == nullptr) return "  No model was kept.\n";
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::left});
  table.add({{""}, {"float", Tint::bold}, {"trial " + std::to_string(*best), Tint::bold}, {"change", Tint::bold}, {}});
  const Json& selected = list_at(result, "selection.metrics");
  for (const auto& [name, baseline] : list_at(result, "baseline.metrics").items()) {
    const MetricText text(name);
    const Json* judged = find_json(selected, name);
    const auto value =
        judged != nullptr ? number_at(*judged, "value.value") : number_at(list_at(*trial, "metrics"), name + ".value");
    const std::string prefix = name + ".";
    const Json& deltas = judged != nullptr ? *judged : list_at(*trial, "deltas");
    const std::string at = judged != nullptr ? "delta." : prefix;
    const auto delta = number_at(deltas, at + "value");
    const auto low = number_at(deltas, at + "low");
    const auto high = number_at(deltas, at + "high");
    table.add({{printable(name)},
               {text.value(number_at(baseline, "value").value_or(0))},
               {value ? text.value(*value) : "-"},
               {delta ? text.difference(*delta) : ""},
               {low && high ? text.difference_range(*low, *high) : "", Tint::dim}});
  }
  const auto latency = number_at(*trial, "latency_ms");
  const auto speedup = speedup_of(list_at(*trial, "latency_ratio"));
  if (speedup && latency) {
    // Float as it was in the same moments, not as it was when the search began.
    table.add({{"latency"},
               {milliseconds(*latency * speedup->value)},
               {milliseconds(*latency)},
               speedup_cell(*speedup),
               {speedup_range(*speedup), Tint::dim}});
  }
  const auto before = number_at(result, "baseline.size_bytes");
  const auto after = number_at(*trial, "size_bytes");
  if (before && after) table.add({{"size"}, {bytes(*before)}, {bytes(*after)}, size_change_cell(before, after), {}});
  return table.text(style, 2);
}

std::string certainty_part(const Json& result) {
  const std::string how = text_at(result, "selection.how");
  const auto samples = count_at(result, "selection.samples");
  if (how == "fresh_samples" && samples) {
    return "\n  Judged on " + counted(*samples, "sample") + " that the search did not see.\n";
  }
  if (how != "split_confidence" || !samples) return "";
  const double confidence = number_at(result, "selection.confidence").value_or(0) * 100;
  return "\n  Judged on " + counted(*samples, "sample") + ". The interval has " + fixed(confidence, 2) +
         " % confidence, so that it holds although the model was chosen among all trials.\n";
}

std::string target_part(const Json& result, const Style& style) {
  TextTable table({Align::left, Align::left});
  const std::string verdict = text_at(result, "verdict");
  const Cell cell{verdict == "not_met" ? "not met" : verdict, tint_of(verdict)};
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    table.add({{text_at(criterion, "metric") + " loses at most " + text_at(criterion, "max_drop")}, cell});
  }
  if (const auto speedup = number_at(result, "goal.min_speedup")) {
    table.add({{"at least " + fixed(*speedup, 2) + "× as fast"}, cell});
  }
  return heading("Target", "", style) + table.text(style, 2);
}

std::string trials_part(const Json& result, const Style& style) {
  TextTable table({Align::right, Align::left, Align::left, Align::right, Align::left});
  const Json& trials = list_at(result, "trials");
  const auto best = best_of(result);
  std::string metric;
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    if (metric.empty()) metric = text_at(criterion, "metric");
  }
  const MetricText text(metric);
  std::size_t shown = 0;
  for (const Json& trial : trials) {
    const auto id = count_at(trial, "id");
    if (!id || *id == 0) continue;
    if (shown++ >= kShownTrials && id != best) continue;
    const std::string verdict = text_at(trial, "verdict");
    const auto delta = number_at(list_at(trial, "deltas"), metric + ".value");
    const auto speedup = speedup_of(list_at(trial, "latency_ratio"));
    table.add({{std::to_string(*id), id == best ? Tint::bold : Tint::plain},
               {verdict == "not_met" ? "not met" : verdict, tint_of(verdict)},
               speedup ? speedup_cell(*speedup) : Cell{},
               {delta ? text.difference(*delta) : ""},
               {text_at(trial, "changes"), Tint::dim}});
  }
  if (table.empty()) return "";
  const std::string rest = shown > kShownTrials ? counted(shown - kShownTrials, "more trial") + " in the result" : "";
  return heading("Trials", rest, style) + table.text(style, 2);
}

std::string files_part(const Json& result, const WrittenFiles& written, const Style& style) {
  TextTable table({Align::left, Align::left});
  table.add({{"model"}, {text_at(result, "output")}});
  if (!written.result.empty()) table.add({{"result"}, {printable(written.result)}});
  if (!written.report.empty()) table.add({{"report"}, {printable(written.report)}});
  table.add({{"history"}, {text_at(result, "history")}});
  const auto seconds = number_at(result, "seconds.total");
  return heading("Written", seconds ? "in " + duration(*seconds) : "", style) + table.text(style, 2);
}

}  // namespace

std::string render_tune(const Json& result, const WrittenFiles& written, const Style& style) {
  const Json& ops = list_at(result, "ops");
  const std::string all = written.result.empty() ? "--json lists all" : "all are in " + printable(written.result);
  std::string text = title(result, style) + comparison_part(result, style) + certainty_part(result) +
                     target_part(result, style) + trials_part(result, style);
  if (!ops.empty()) text += quantized_part(ops, style) + float_part(ops, all, style);
  return text + warnings_part(result, style) + files_part(result, written, style);
}

}  // namespace halftone::cli

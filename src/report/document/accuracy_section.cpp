#include <algorithm>

#include "report/document/measured.h"
#include "report/json_path.h"
#include "report/number_text.h"
#include "report/result_phrases.h"

namespace halftone::report {
namespace {

Json interval_row(const std::string& name, const char* series, const Measured& measured, const MetricText& text,
                  const std::string& shown) {
  return {{"name", name},
          {"series", series},
          {"value", text.scaled(measured.value)},
          {"low", text.scaled(measured.low.value_or(measured.value))},
          {"high", text.scaled(measured.high.value_or(measured.value))},
          {"text", shown}};
}

std::string with_unit(const std::string& name, std::string_view unit) {
  return unit.empty() ? name : name + "," + std::string(unit);
}

const MetricGate* gate_of(const std::vector<MetricGate>& gates, const std::string& metric) {
  const auto found = std::ranges::find(gates, metric, &MetricGate::metric);
  return found == gates.end() ? nullptr : &*found;
}

Json value_panel(const MetricPair& pair, const PairNames& names, const MetricGate* gate) {
  const MetricText text(pair.name);
  Json rows = Json::array();
  if (pair.first) {
    rows.push_back(interval_row(names.first, "float", *pair.first, text, text.value(pair.first->value)));
  }
  if (pair.second) {
    rows.push_back(interval_row(names.second, "quantized", *pair.second, text, text.value(pair.second->value)));
  }
  Json lines = Json::array();
  if (gate != nullptr && gate->limit) {
    lines.push_back({{"value", text.scaled(*gate->limit)}, {"text", "limit " + text.value(*gate->limit)}});
  }
  return {{"title", with_unit(pair.name, text.unit())}, {"rows", rows}, {"lines", lines}};
}

Json change_panel(const MetricPair& pair, const MetricGate* gate) {
  const MetricText text(pair.name);
  Json lines = Json::array({{{"value", 0}, {"text", "float"}}});
  if (gate != nullptr && gate->limit && pair.first) {
    const double limit = *gate->limit - pair.first->value;
    lines.push_back({{"value", text.scaled(limit)}, {"text", "limit " + text.difference(limit)}});
  }
  return {{"title", with_unit("change of " + pair.name, text.unit_of_difference())},
          {"rows",
           Json::array({interval_row("change", "quantized", *pair.delta, text, text.difference(pair.delta->value))})},
          {"lines", lines}};
}

Json panels_of(const std::vector<MetricPair>& pairs, const PairNames& names, const std::vector<MetricGate>& gates) {
  Json panels = Json::array();
  for (const MetricPair& pair : pairs) {
    const MetricGate* gate = gate_of(gates, pair.name);
    if (pair.first || pair.second) panels.push_back(value_panel(pair, names, gate));
    if (pair.delta) panels.push_back(change_panel(pair, gate));
  }
  return panels;
}

Cell count_cell(const std::optional<std::uint64_t>& count) {
  if (!count) return {"–"};
  return {grouped(*count), Tone::plain, static_cast<double>(*count)};
}

std::vector<Cell> accuracy_row(const MetricPair& pair, const MetricGate* gate) {
  const MetricText text(pair.name);
  const auto value = [&](const std::optional<Measured>& measured) -> Cell {
    if (!measured) return {"–"};
    const std::string range = measured->has_range() ? " (" + text.range(*measured->low, *measured->high) + ")" : "";
    return {text.value(measured->value) + range, Tone::plain, measured->value};
  };
  Cell change{"–"};
  if (pair.delta) {
    change.text = text.difference(pair.delta->value);
    if (pair.delta->has_range()) {
      change.text += " (" + text.difference_range(*pair.delta->low, *pair.delta->high) + ")";
    }
    change.order = pair.delta->value;
  }
  Cell limit{"–"}, verdict{"–"};
  if (gate != nullptr) {
    if (gate->limit) limit = {text.value(*gate->limit), Tone::plain, gate->limit};
    if (!gate->verdict.empty()) verdict = {verdict_text(gate->verdict), tone_of(gate->verdict)};
  }
  return {
      {pair.name}, value(pair.first), value(pair.second), change, count_cell(pair.lost), count_cell(pair.gained), limit,
      verdict};
}

/// Without a gate: what the interval of the change says.
void judge_by_interval(Answer& answer, const Measured& delta, bool higher_is_better) {
  const double sign = higher_is_better ? 1 : -1;
  const double low = delta.low.value_or(delta.value), high = delta.high.value_or(delta.value);
  if (low <= 0 && high >= 0) {
    answer.verdict = "no difference found";
    answer.tone = Tone::good;
  } else if (sign * delta.value > 0) {
    answer.verdict = "a gain";
    answer.tone = Tone::good;
  } else {
    answer.verdict = "a loss";
    answer.tone = Tone::caution;
  }
}

std::string detail_of(const MetricPair& pair, const PairNames& names, const MetricGate* gate) {
  const MetricText text(pair.name);
  std::string detail;
  const auto add = [&](const std::string& part) { detail += (detail.empty() ? "" : ", ") + part; };
  if (pair.second) add(text.value(pair.second->value) + " in " + names.second);
  if (pair.first) add(text.value(pair.first->value) + " in " + names.first);
  if (pair.delta && pair.delta->has_range()) {
    add(names.interval + " of the change " + text.difference_range(*pair.delta->low, *pair.delta->high));
  }
  if (gate != nullptr && !gate->max_drop.empty()) add("may lose " + gate->max_drop);
  return detail + ".";
}

}  // namespace

Section accuracy_section(const std::vector<MetricPair>& pairs, const PairNames& names, const Json& result) {
  Section section{"accuracy", "Accuracy"};
  if (pairs.empty()) return section;
  const std::vector<MetricGate> gates = metric_gates(result);
  Table table{"accuracy-table",
              "Accuracy by metric, with each " + names.interval,
              {{"Metric"},
               {names.first, true},
               {names.second, true},
               {"change", true},
               {"samples lost", true},
               {"samples gained", true},
               {"limit", true},
               {"verdict"}}};
  for (const MetricPair& pair : pairs) table.rows.push_back(accuracy_row(pair, gate_of(gates, pair.name)));
  const auto samples = count_at(result, "data.evaluation.samples");
  const bool has_change = std::ranges::any_of(pairs, [](const MetricPair& pair) { return pair.delta.has_value(); });
  if (samples && has_change) {
    section.paragraphs.push_back("All on the same " + counted(*samples, "sample") +
                                 ", so that the interval of a change rests on the outcome of each sample in both.");
  }
  section.charts.push_back({"intervals",
                            "Each metric with its " + names.interval + (has_change ? ", and its change" : ""),
                            table.id,
                            {{"panels", panels_of(pairs, names, gates)}}});
  section.tables.push_back(std::move(table));
  return section;
}

Answer accuracy_answer(const std::vector<MetricPair>& pairs, const PairNames& names, const Json& result) {
  Answer answer{"Still accurate?", "Not measured", "", "--eval SPEC judges the model against float.", Tone::caution};
  if (pairs.empty()) return answer;
  const std::vector<MetricGate> gates = metric_gates(result);
  const MetricPair* pair = &pairs.front();
  for (const MetricPair& each : pairs) {
    if (!gates.empty() && each.name == gates.front().metric) pair = &each;
  }
  const MetricGate* gate = gate_of(gates, pair->name);
  const MetricText text(pair->name);
  answer.detail = detail_of(*pair, names, gate);
  answer.tone = Tone::plain;
  if (pair->delta) {
    answer.answer = text.difference(pair->delta->value) + " " + pair->name;
    judge_by_interval(answer, *pair->delta, is_higher_better(pair->name, result));
  } else if (pair->second) {
    answer.answer = text.value(pair->second->value) + " " + pair->name;
  }
  if (gate == nullptr || gate->verdict.empty()) return answer;
  answer.verdict = gate->verdict == "met"       ? "within the limit"
                   : gate->verdict == "not_met" ? "beyond the limit"
                                                : "undecided";
  answer.tone = tone_of(gate->verdict);
  return answer;
}

}  // namespace halftone::report

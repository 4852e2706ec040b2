#include "report/document/tune_parts.h"

#include <algorithm>
#include <cmath>

#include "report/document/parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

constexpr std::size_t kMostBars = 25;

std::uint64_t id_of(const Json& trial) { return count_at(trial, "id").value_or(0); }

std::string row_id(const Json& trial) { return "trial-" + std::to_string(id_of(trial)); }

bool is_on_frontier(const Json& result, const Json& trial) {
  const Json& front = list_at(result, "pareto");
  const auto id = count_at(trial, "id");
  return std::ranges::any_of(front, [&](const Json& each) { return id && count_at(each, "") == id; });
}

/// The metrics that were asked for first, then the others.
std::vector<std::string> metrics_of(const Json& result) {
  std::vector<std::string> metrics;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(metrics, name) == metrics.end()) metrics.push_back(name);
  };
  for (const Json& criterion : list_at(result, "goal.criteria")) add(text_at(criterion, "metric"));
  for (const auto& [name, value] : list_at(result, "baseline.metrics").items()) add(name);
  for (const Json& trial : list_at(result, "trials")) {
    for (const auto& [name, value] : list_at(trial, "metrics").items()) add(name);
  }
  return metrics;
}

std::optional<Measured> metric_of(const Json& json, const char* key, const std::string& metric) {
  const Json& metrics = list_at(json, key);
  const auto found = metrics.find(metric);
  return found == metrics.end() ? std::nullopt : measured_at(*found, "");
}

/// "float" where nothing is quantized, "chosen", or what the trial came to.
std::string kind_of(const Json& result, const Json& trial) {
  if (count_at(result, "best") == count_at(trial, "id") && count_at(trial, "id")) return "chosen";
  return text_at(trial, "stage") == "float" ? "float" : text_at(trial, "verdict");
}

Json lines_of(const Json& trial, const std::string& metric) {
  Json lines = Json::array();
  const std::string changes = text_at(trial, "changes");
  if (!changes.empty()) lines.push_back(changes);
  if (const auto value = metric_of(trial, "metrics", metric)) {
    lines.push_back(metric + " " + MetricText(metric).value(value->value));
  }
  if (const auto latency = number_at(trial, "latency_ms")) {
    const auto speedup = trial_speedup(trial);
    lines.push_back(milliseconds(*latency) + (speedup ? ", " + speedup_text(*speedup) : ""));
  }
  if (const auto size = number_at(trial, "size_bytes")) lines.push_back(bytes(*size));
  return lines;
}

struct Axis {
  const char* key;
  std::string title;
  double scale;
};

/// Latencies are those beside float's, each measured in turns with it: what else the machine did at the time is no
/// difference between trials.
std::optional<double> position_on(const Axis& axis, const Json& result, const Json& trial) {
  const auto baseline = number_at(result, "baseline.latency_ms");
  const auto ratio = measured_at(trial, "latency_ratio");
  if (std::string_view(axis.key) == "latency_ms" && baseline && ratio) return *baseline * ratio->value;
  return number_at(trial, axis.key);
}

Json point_of(const Json& result, const Json& trial, const Axis& axis, const std::string& metric) {
  const auto across = position_on(axis, result, trial);
  const auto value = metric_of(trial, "metrics", metric);
  if (!across || !value) return nullptr;
  const MetricText text(metric);
  const bool is_interval = value->has_range();
  return {{"x", *across * axis.scale},
          {"y", text.scaled(value->value)},
          {"y_range", is_interval ? Json::array({text.scaled(*value->low), text.scaled(*value->high)}) : Json(nullptr)},
          {"name", "Trial " + std::to_string(id_of(trial))},
          {"lines", lines_of(trial, metric)},
          {"row", row_id(trial)},
          {"kind", kind_of(result, trial)},
          {"frontier", is_on_frontier(result, trial)}};
}

std::optional<Chart> scatter_of(const Json& result, const Axis& axis, const std::string& metric,
                                const std::string& caption) {
  Json points = Json::array();
  for (const Json& trial : list_at(result, "trials")) {
    if (Json point = point_of(result, trial, axis, metric); !point.is_null()) points.push_back(std::move(point));
  }
  if (points.empty()) return std::nullopt;
  const MetricText text(metric);
  Json lines = Json::array();
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    const auto limit = number_at(criterion, "limit");
    if (text_at(criterion, "metric") != metric || !limit) continue;
    lines.push_back({{"value", text.scaled(*limit)}, {"text", "limit " + text.value(*limit)}});
  }
  const std::string unit(text.unit());
  return Chart{"scatter",
               caption,
               "trials-table",
               {{"x", {{"title", axis.title}}},
                {"y", {{"title", unit.empty() ? metric : metric + "," + unit}}},
                {"better", is_higher_better(metric, result) ? "higher" : "lower"},
                {"points", points},
                {"lines", lines}}};
}

Cell number_cell(const std::optional<double>& number, std::string (*text)(double)) {
  return number ? Cell{text(*number), Tone::plain, number} : Cell{"–"};
}

Cell speedup_cell(const Json& trial) {
  const auto speedup = trial_speedup(trial);
  return speedup ? Cell{fixed(speedup->value, 2) + "×", Tone::plain, speedup->value} : Cell{"–"};
}

Cell ops_cell(const Json& trial) {
  const auto quantized = count_at(trial, "ops.quantized"), total = count_at(trial, "ops.total");
  if (!quantized || !total) return {"–"};
  return {grouped(*quantized) + " of " + grouped(*total), Tone::plain, static_cast<double>(*quantized)};
}

Cell verdict_cell(const Json& result, const Json& trial) {
  const std::string verdict = text_at(trial, "verdict"), error = text_at(trial, "error");
  const bool is_chosen = kind_of(result, trial) == "chosen";
  std::string text = verdict_text(verdict);
  if (is_chosen) text += text.empty() ? "chosen" : ", chosen";
  if (!error.empty()) text += ": " + error;
  if (const Json* early = find_json(trial, "stopped_early"); early != nullptr && *early == Json(true)) {
    text += " (stopped early)";
  }
  return {text, tone_of(verdict)};
}

Table trials_table(const Json& result, const std::vector<std::string>& metrics) {
  Table table{"trials-table", "All trials", {{"Trial"}, {"Stage"}, {"Changes"}, {"Verdict"}}};
  table.sorts = table.is_brief = true;
  for (const std::string& metric : metrics) {
    table.columns.push_back({metric, true});
    table.columns.push_back({"change", true});
  }
  for (const char* title : {"latency", "speed", "size", "memory", "ops", "samples", "time"}) {
    table.columns.push_back({title, true});
  }
  for (const Json& trial : list_at(result, "trials")) {
    const std::string name = std::to_string(id_of(trial)) + (is_on_frontier(result, trial) ? " ◆" : "");
    std::vector<Cell> row{{name, Tone::plain, static_cast<double>(id_of(trial))},
                          {text_at(trial, "stage")},
                          {text_at(trial, "changes")},
                          verdict_cell(result, trial)};
    for (const std::string& metric : metrics) {
      const MetricText text(metric);
      const auto value = metric_of(trial, "metrics", metric), delta = metric_of(trial, "deltas", metric);
      row.push_back(value ? Cell{text.value(value->value), Tone::plain, value->value} : Cell{"–"});
      row.push_back(delta ? Cell{text.difference(delta->value), Tone::plain, delta->value} : Cell{"–"});
    }
    const auto samples = count_at(trial, "samples");
    row.insert(row.end(), {number_cell(number_at(trial, "latency_ms"), milliseconds), speedup_cell(trial),
                           number_cell(number_at(trial, "size_bytes"), bytes),
                           number_cell(number_at(trial, "peak_memory_bytes"), bytes), ops_cell(trial),
                           samples ? Cell{grouped(*samples), Tone::plain, static_cast<double>(*samples)} : Cell{"–"},
                           number_cell(number_at(trial, "seconds.total"), duration)});
    table.rows.push_back(std::move(row));
    table.row_ids.push_back(row_id(trial));
  }
  return table;
}

std::string goal_text(const Json& result) {
  std::string text;
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    text += (text.empty() ? "Wanted: " : ", ") + text_at(criterion, "metric") + " loses at most " +
            text_at(criterion, "max_drop");
  }
  if (text.empty()) return "";
  if (const auto asked = number_at(result, "goal.min_speedup")) text += ", at least " + fixed(*asked, 2) + "× as fast";
  std::string objective;
  for (const auto& [name, weight] : list_at(result, "goal.objective").items()) {
    objective += (objective.empty() ? "; best by " : " and ") + name;
  }
  return text + objective + ". The diamond ◆ marks trials that no other beats in everything (the Pareto frontier).";
}

}  // namespace

const Json* best_trial(const Json& result) {
  const auto best = count_at(result, "best");
  if (!best) return nullptr;
  for (const Json& trial : list_at(result, "trials")) {
    if (count_at(trial, "id") == best) return &trial;
  }
  return nullptr;
}

std::optional<Speedup> trial_speedup(const Json& trial) { return speedup_of(list_at(trial, "latency_ratio")); }

Section trials_section(const Json& result) {
  Section section{"trials", "Trials"};
  const std::vector<std::string> metrics = metrics_of(result);
  if (const std::string goal = goal_text(result); !goal.empty()) section.paragraphs.push_back(goal);
  if (!metrics.empty()) {
    const std::string& metric = metrics.front();
    for (auto& chart : {scatter_of(result, {"latency_ms", "latency, ms", 1}, metric, metric + " against latency"),
                        scatter_of(result, {"size_bytes", "size, MB", 1e-6}, metric, metric + " against size")}) {
      if (chart) section.charts.push_back(*chart);
    }
  }
  Table table = trials_table(result, metrics);
  limit_rows(section, table);
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
  return section;
}

Section units_section(const Json& result) {
  Section section{"configuration", "Configuration of the chosen model"};
  Table table{"units-table",
              "What was chosen for each quantization unit",
              {{"Unit"}, {"Type"}, {"Kernel"}, {"Choice"}, {"Why"}}};
  table.sorts = true;
  for (const Json& unit : list_at(result, "units")) {
    table.rows.push_back({{text_at(unit, "name")},
                          {text_at(unit, "type")},
                          {text_at(unit, "pattern")},
                          {text_at(unit, "choice")},
                          {text_at(unit, "reason")}});
  }
  if (table.rows.empty()) return configuration_section(result);
  limit_rows(section, table);
  section.tables.push_back(std::move(table));
  return section;
}

Section sensitivity_section(const Json& result) {
  Section section{"sensitivity", "Sensitivity by op"};
  const Json& ops = list_at(result, "sensitivity");
  Table table{"sensitivity-table", "What each op costs by itself", {{"Op"}, {"Type"}, {"value", true}, {"measure"}}};
  table.sorts = true;
  Json rows = Json::array();
  for (const Json& op : ops) {
    const auto decibels = number_at(op, "sqnr_db");
    const auto value = decibels ? decibels : number_at(op, "value");
    const std::string told = text_at(op, "measure"), measure = told.empty() && decibels ? "sqnr" : told;
    const std::string text = value ? MetricText(measure).value(*value) : "–";
    table.rows.push_back({{text_at(op, "name")}, {text_at(op, "type")}, {text, Tone::plain, value}, {measure}});
    if (value && rows.size() < kMostBars) {
      rows.push_back({{"name", text_at(op, "name")}, {"series", "quantized"}, {"value", *value}, {"text", text}});
    }
  }
  if (table.rows.empty()) return section;
  const std::string measure = table.rows.front()[3].text;
  section.charts.push_back({"bars",
                            "Sensitivity" + (measure.empty() ? "" : ", " + measure) + ": the first " +
                                grouped(rows.size()) + " ops in the order of the result",
                            table.id,
                            {{"rows", rows}}});
  limit_rows(section, table);
  section.tables.push_back(std::move(table));
  return section;
}

}  // namespace halftone::report

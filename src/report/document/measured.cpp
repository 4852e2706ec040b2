#include "report/document/measured.h"

#include "report/json_path.h"
#include "report/number_text.h"
#include "report/result_phrases.h"

namespace halftone::report {
namespace {

std::optional<Measured> named_metric(const Json& metrics, const std::string& name, const char* path) {
  const auto found = metrics.find(name);
  return found == metrics.end() ? std::nullopt : measured_at(*found, path);
}

/// The limit was found on the samples of the search; on those of the final judgement float itself has another value.
MetricGate criterion_gate(const Json& criterion, const Json& result, bool is_confident) {
  const Json& metrics = list_at(result, "selection.metrics");
  MetricGate gate{text_at(criterion, "metric"), text_at(criterion, "max_drop"), number_at(criterion, "limit"), ""};
  const auto found = metrics.find(gate.metric);
  const auto searched = named_metric(list_at(result, "baseline.metrics"), gate.metric, "");
  const auto judged = named_metric(metrics, gate.metric, "float");
  if (gate.limit && searched && judged) *gate.limit += judged->value - searched->value;
  if (!gate.limit || found == metrics.end()) return gate;
  const std::optional<Measured> value = measured_at(*found, "value");
  if (!value) return gate;
  const Json* direction = find_json(criterion, "higher_is_better");
  const double sign = direction != nullptr && direction->is_boolean() && !direction->get<bool>() ? -1 : 1;
  const auto is_beyond = [&](double number) { return sign * number < sign * *gate.limit; };
  gate.verdict = is_beyond(value->value) ? "not_met" : "met";
  if (is_confident && value->has_range() && is_beyond(*value->low) != is_beyond(*value->high)) {
    gate.verdict = "undecided";
  }
  return gate;
}

Cell value_cell(const std::optional<Measured>& measured, const MetricText& text) {
  if (!measured) return {"–"};
  return {text.value(measured->value), Tone::plain, measured->value};
}

Cell range_cell(const std::optional<Measured>& measured, const MetricText& text) {
  return {measured && measured->has_range() ? text.range(*measured->low, *measured->high) : ""};
}

}  // namespace

std::optional<Measured> measured_at(const Json& json, std::string_view path) {
  if (const auto number = number_at(json, path)) return Measured{*number};
  const Json& estimate = list_at(json, path);
  const auto value = number_at(estimate, "value");
  if (!value) return std::nullopt;
  return Measured{*value, number_at(estimate, "low"), number_at(estimate, "high")};
}

std::vector<MetricGate> metric_gates(const Json& result) {
  std::vector<MetricGate> gates;
  const bool is_confident = text_at(result, "goal.decide") == "confident";
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    gates.push_back(criterion_gate(criterion, result, is_confident));
  }
  if (const Json* gate = find_json(result, "gate.accuracy")) {
    gates.push_back(
        {text_at(*gate, "metric"), text_at(*gate, "max_drop"), number_at(*gate, "limit"), text_at(*gate, "verdict")});
  }
  return gates;
}

bool is_higher_better(std::string_view metric, const Json& result) {
  for (const Json& criterion : list_at(result, "goal.criteria")) {
    const Json* direction = find_json(criterion, "higher_is_better");
    const bool is_told = direction != nullptr && direction->is_boolean();
    if (is_told && text_at(criterion, "metric") == metric) return direction->get<bool>();
  }
  return metric != "mse";
}

std::string verdict_text(std::string_view verdict) { return verdict == "not_met" ? "not met" : std::string(verdict); }

Tone tone_of(std::string_view verdict) {
  if (verdict == "met") return Tone::good;
  return verdict == "not_met" || verdict == "failed" ? Tone::bad : Tone::caution;
}

Table make_overview(const PairNames& names) {
  return {"overview",
          "At a glance",
          {{"What"},
           {names.first, true},
           {names.interval, true},
           {names.second, true},
           {names.interval, true},
           {"change", true},
           {names.interval, true}},
          {},
          {},
          false,
          true};
}

void add_overview_rows(Table& table, const std::vector<MetricPair>& pairs) {
  for (const MetricPair& pair : pairs) {
    const MetricText text(pair.name);
    Cell delta{"–"}, delta_range;
    if (pair.delta) {
      delta = {text.difference(pair.delta->value)};
      if (pair.delta->has_range()) delta_range = {text.difference_range(*pair.delta->low, *pair.delta->high)};
    }
    table.rows.push_back({{pair.name},
                          value_cell(pair.first, text),
                          range_cell(pair.first, text),
                          value_cell(pair.second, text),
                          range_cell(pair.second, text),
                          delta,
                          delta_range});
  }
}

}  // namespace halftone::report

#include <filesystem>
#include <set>

#include "report/document/parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

/// The entry of one model in a list that has one for each; null where there is none.
const Json& entry_of(const Json& list, std::size_t model) {
  static const Json kNothing = nullptr;
  return list.is_array() && model < list.size() ? list[model] : kNothing;
}

/// Models by their files' names, or by their places where two have the same.
std::vector<std::string> names_of(const Json& result) {
  std::vector<std::string> places, names;
  for (const Json& model : list_at(result, "models")) {
    places.push_back(text_at(model, "model"));
    names.push_back(std::filesystem::path(places.back()).filename().string());
  }
  const bool are_distinct = std::set<std::string>(names.begin(), names.end()).size() == names.size();
  return are_distinct ? names : places;
}

const char* series_of(std::size_t model) { return model == 0 ? "float" : "quantized"; }

Cell metric_cell(const std::string& metric, const Json& entry) {
  const auto value = measured_at(entry, "value");
  if (!value) return {"–"};
  const MetricText text(metric);
  Cell cell{text.value(value->value), Tone::plain, value->value};
  if (const auto delta = measured_at(entry, "delta")) {
    cell.text += " (" + text.difference(delta->value);
    if (delta->has_range()) cell.text += ", " + text.difference_range(*delta->low, *delta->high);
    cell.text += ')';
  }
  return cell;
}

Table models_table(const Json& result, const std::vector<std::string>& names) {
  Table table{"overview", "The models", {{"Model"}}};
  table.is_brief = table.sorts = true;
  const Json& metrics = list_at(result, "metrics");
  for (const auto& [metric, entries] : metrics.items()) table.columns.push_back({metric + " (change)", true});
  for (const char* title : {"latency p50", "against the first", "size", "ops in low precision"}) {
    table.columns.push_back({title, true});
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<Cell> row{{names[i]}};
    for (const auto& [metric, entries] : metrics.items()) row.push_back(metric_cell(metric, entry_of(entries, i)));
    const Json& latency = entry_of(list_at(result, "latency_ms"), i);
    const auto p50 = number_at(latency, "p50");
    row.push_back(p50 ? Cell{milliseconds(*p50), Tone::plain, p50} : Cell{"–"});
    const auto speedup = speedup_of(list_at(latency, "ratio"));
    row.push_back(speedup
                      ? Cell{speedup_text(*speedup) + " (" + speedup_range(*speedup) + ")", Tone::plain, speedup->value}
                      : Cell{"–"});
    const auto size = number_at(entry_of(list_at(result, "size_bytes"), i), "");
    row.push_back(size ? Cell{bytes(*size), Tone::plain, size} : Cell{"–"});
    const Json& model = entry_of(list_at(result, "models"), i);
    const auto low = count_at(model, "ops.low_precision"), total = count_at(model, "ops.total");
    row.push_back(low && total ? Cell{grouped(*low) + " of " + grouped(*total), Tone::plain, static_cast<double>(*low)}
                               : Cell{"–"});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json metric_panel(const std::string& metric, const Json& entries, const std::vector<std::string>& names) {
  const MetricText text(metric);
  Json rows = Json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto value = measured_at(entry_of(entries, i), "value");
    if (!value) continue;
    rows.push_back({{"name", names[i]},
                    {"series", series_of(i)},
                    {"value", text.scaled(value->value)},
                    {"low", text.scaled(value->low.value_or(value->value))},
                    {"high", text.scaled(value->high.value_or(value->value))},
                    {"text", text.value(value->value)}});
  }
  const std::string unit(text.unit());
  return {{"title", unit.empty() ? metric : metric + "," + unit}, {"rows", rows}, {"lines", Json::array()}};
}

Section accuracy_part(const Json& result, const std::vector<std::string>& names) {
  Section section{"accuracy", "Accuracy"};
  Json panels = Json::array();
  for (const auto& [metric, entries] : list_at(result, "metrics").items()) {
    panels.push_back(metric_panel(metric, entries, names));
  }
  if (!panels.empty()) {
    section.charts.push_back({"intervals",
                              "Each metric with its " + confidence_text(result) + " interval",
                              "overview",
                              {{"panels", panels}}});
  }
  Table outputs{"outputs-table",
                "How near each output is to the first model's",
                {{"Output"}, {"Model"}, {"cosine", true}, {"sqnr", true}, {"samples left out", true}}};
  for (const Json& output : list_at(result, "outputs")) {
    for (std::size_t i = 1; i < names.size(); ++i) {
      const auto cosine = measured_at(entry_of(list_at(output, "cosine"), i), "");
      const auto sqnr = measured_at(entry_of(list_at(output, "sqnr"), i), "");
      const auto left_out = count_at(entry_of(list_at(output, "left_out"), i), "");
      outputs.rows.push_back({{text_at(output, "name")},
                              {names[i]},
                              {cosine ? MetricText("cosine").value(cosine->value) : "–"},
                              {sqnr ? MetricText("sqnr").value(sqnr->value) : "–"},
                              {left_out ? grouped(*left_out) : "–"}});
    }
  }
  if (!outputs.rows.empty()) section.tables.push_back(std::move(outputs));
  return section;
}

Section disagreement_section(const Json& result) {
  Section section{"disagreement", "Samples on which the models disagree"};
  const auto count = count_at(result, "disagreeing_count");
  if (!count) return section;
  const auto samples = count_at(result, "samples").value_or(0);
  section.paragraphs.push_back("They choose another class than the first model for " + grouped(*count) + " of " +
                               counted(samples, "sample") + ".");
  const std::vector<std::string> ids = texts_at(result, "disagreeing");
  if (ids.empty()) return section;
  std::string lines;
  for (const std::string& id : ids) lines += id + "\n";
  section.code.push_back({ids.size() < *count ? "The first " + grouped(ids.size()) : "All of them", lines});
  return section;
}

Section ops_part(const Json& result, const std::vector<std::string>& names) {
  Section section{"ops", "Ops that differ"};
  Table table{"changed-table", "Ops by name in the first model and in another", {{"Op"}, {"Model"}, {"from"}, {"to"}}};
  table.sorts = true;
  for (const Json& change : list_at(result, "ops_changed")) {
    const std::string place = text_at(change, "model"), to = text_at(change, "to");
    const std::string name = std::filesystem::path(place).filename().string();
    const bool is_known = std::ranges::find(names, name) != names.end();
    table.rows.push_back(
        {{text_at(change, "name")}, {is_known ? name : place}, {text_at(change, "from")}, {to.empty() ? "gone" : to}});
  }
  limit_rows(section, table);
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
  return section;
}

Section latency_part(const Json& result, const std::vector<std::string>& names) {
  Section section{"latency", "Latency and size"};
  Json latencies = Json::array(), sizes = Json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json& latency = entry_of(list_at(result, "latency_ms"), i);
    if (const auto p50 = number_at(latency, "p50")) {
      const double low = number_at(latency, "min").value_or(*p50);
      latencies.push_back({{"name", names[i]},
                           {"series", series_of(i)},
                           {"value", *p50},
                           {"low", low},
                           {"high", number_at(latency, "p99").value_or(*p50)},
                           {"inner", Json::array({low, number_at(latency, "p90").value_or(*p50)})},
                           {"text", milliseconds(*p50)}});
    }
    if (const auto size = number_at(entry_of(list_at(result, "size_bytes"), i), "")) {
      sizes.push_back({{"name", names[i]}, {"series", series_of(i)}, {"value", *size}, {"text", bytes(*size)}});
    }
  }
  if (!latencies.empty()) {
    section.charts.push_back(
        {"intervals",
         "Median (dot), up to the 90th percentile (thick), from the fastest run to the 99th "
         "percentile (thin)",
         "overview",
         {{"panels", Json::array({{{"title", "latency, ms"}, {"rows", latencies}, {"from", 0}}})}}});
  }
  if (!sizes.empty()) section.charts.push_back({"bars", "Bytes of the models' files", "overview", {{"rows", sizes}}});
  return section;
}

Answer agreement_answer(const Json& result) {
  Answer answer{"Do they agree?", "Not measured", "", "--data SPEC gives samples to compare on.", Tone::caution};
  const auto count = count_at(result, "disagreeing_count"), samples = count_at(result, "samples");
  if (!count || !samples || *samples == 0) return answer;
  const double share = 1 - static_cast<double>(*count) / static_cast<double>(*samples);
  answer.answer = "On " + MetricText("agreement").value(share);
  answer.detail = "Of " + counted(*samples, "sample") + ", " + grouped(*count) + " get another class.";
  answer.tone = Tone::plain;
  return answer;
}

}  // namespace

Document compare_document(const Json& result) {
  Document document = begin_document(result);
  const std::vector<std::string> names = names_of(result);
  if (!names.empty()) document.title = names.front();
  document.subtitle = "compared with " + some_of({names.begin() + (names.empty() ? 0 : 1), names.end()}, 3);
  if (const auto samples = count_at(result, "samples")) document.subtitle += " on " + counted(*samples, "sample");
  document.answers = {agreement_answer(result)};
  if (names.size() == 2) {
    const auto speedup = speedup_of(list_at(entry_of(list_at(result, "latency_ms"), 1), "ratio"));
    document.answers.push_back(speed_answer(
        speedup, "", speedup ? confidence_text(result) + " interval " + speedup_range(*speedup) + "." : ""));
  }
  document.overview = models_table(result, names);
  document.sections = {accuracy_part(result, names), disagreement_section(result), latency_part(result, names),
                       ops_part(result, names), reproduction_section(result)};
  document.checks = gate_checks(result, {});
  return document;
}

}  // namespace halftone::report

#include "report/document/parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

std::vector<MetricPair> pairs_of(const Json& result) {
  std::vector<MetricPair> pairs;
  for (const auto& [name, entry] : list_at(result, "accuracy").items()) {
    pairs.push_back({name, measured_at(entry, "float"), measured_at(entry, "value"), measured_at(entry, "delta"),
                     count_at(entry, "flips.lost"), count_at(entry, "flips.gained")});
  }
  return pairs;
}

std::string subtitle_of(const Json& result, const PairNames& names) {
  std::string text = text_at(result, "approach") + " " + names.second;
  const std::string method = text_at(result, "calibration.range_method"), target = text_at(result, "target");
  if (!method.empty()) text += ", ranges by " + method;
  const auto samples = count_at(result, "calibration.samples");
  if (samples && *samples > 0) text += " over " + counted(*samples, "sample");
  return target.empty() ? text : text + ", for " + target;
}

std::string approaches_text(const Json& result) {
  std::string tried;
  for (const Json& each : list_at(result, "approaches.tried")) {
    const auto decibels = number_at(each, "sqnr_db");
    if (!decibels) continue;
    tried += (tried.empty() ? "" : ", ") + text_at(each, "approach") + " " + fixed(*decibels, 1) + " dB";
  }
  if (tried.empty()) return "";
  const auto samples = count_at(result, "approaches.samples").value_or(0);
  return "Tried on " + counted(samples, "calibration sample") + ", by how near to float the outputs are: " + tried +
         ".";
}

std::string speed_detail(const Json& latency, const PairNames& names, const std::optional<Speedup>& speedup) {
  const auto in_float = number_at(latency, "float.p50"), quantized = number_at(latency, "quantized.p50");
  if (!in_float || !quantized) return "--eval SPEC or --min-speedup measures it, in turns with float.";
  std::string text =
      "Median " + milliseconds(*quantized) + " in " + names.second + ", " + milliseconds(*in_float) + " in float";
  if (const auto threads = count_at(latency, "threads")) text += ", " + counted(*threads, "thread");
  return speedup ? text + "; " + names.interval + " " + speedup_range(*speedup) + "." : text + ".";
}

Section size_section(const Json& result, const PairNames& names) {
  Section section{"size", "Size"};
  const auto before = number_at(result, "size_bytes.before"), after = number_at(result, "size_bytes.after");
  if (!before || !after) return section;
  const Json rows =
      Json::array({{{"name", "float"}, {"series", "float"}, {"value", *before}, {"text", bytes(*before)}},
                   {{"name", names.second}, {"series", "quantized"}, {"value", *after}, {"text", bytes(*after)}}});
  section.charts.push_back({"bars", "Bytes of the model's files", "overview", {{"rows", rows}}});
  return section;
}

}  // namespace

Document quantize_document(const Json& result) {
  Document document = begin_document(result);
  const PairNames names = pair_names(result);
  const std::vector<MetricPair> pairs = pairs_of(result);
  const Json& latency = list_at(result, "latency_ms");
  const std::optional<Speedup> speedup = speedup_of(list_at(latency, "ratio"));
  document.subtitle = subtitle_of(result, names);
  document.answers = {
      accuracy_answer(pairs, names, result),
      speed_answer(speedup, text_at(result, "gate.speed.verdict"), speed_detail(latency, names, speedup)),
      float_answer(list_at(result, "ops"))};
  document.overview = make_overview(names);
  add_overview_rows(*document.overview, pairs);
  add_latency_rows(*document.overview, list_at(latency, "float"), list_at(latency, "quantized"), speedup);
  add_size_row(*document.overview, number_at(result, "size_bytes.before"), number_at(result, "size_bytes.after"));
  Section ops = ops_section(result);
  if (const std::string tried = approaches_text(result); !tried.empty()) ops.paragraphs.push_back(tried);
  document.sections = {accuracy_section(pairs, names, result),
                       latency_section(list_at(latency, "float"), list_at(latency, "quantized"), names),
                       size_section(result, names),
                       std::move(ops),
                       configuration_section(result),
                       reproduction_section(result)};
  document.checks = gate_checks(result, pairs);
  return document;
}

Document plan_document(const Json& result) {
  Document document = begin_document(result);
  document.subtitle = "what would be quantized, " + text_at(result, "approach");
  document.answers = {float_answer(list_at(result, "ops"))};
  Section configuration{"configuration", "Configuration by op"};
  Table table{"configuration-table", "How each op would be quantized", {{"Op"}, {"Type"}, {"Kernel"}, {"Choice"}}};
  table.sorts = true;
  for (const Json& op : list_at(result, "ops.planned")) {
    table.rows.push_back(
        {{text_at(op, "name")}, {text_at(op, "type")}, {text_at(op, "pattern")}, {text_at(op, "choice.text")}});
  }
  limit_rows(configuration, table);
  if (!table.rows.empty()) configuration.tables.push_back(std::move(table));
  document.sections = {ops_section(result), std::move(configuration), reproduction_section(result)};
  document.checks = gate_checks(result, {});
  return document;
}

}  // namespace halftone::report

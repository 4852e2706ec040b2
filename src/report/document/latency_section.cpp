#include <array>

#include "report/document/parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

constexpr std::array<const char*, 5> kPercentiles{"min", "p50", "p90", "p99", "mean"};

/// Minimum to 99th percentile as a line, minimum to 90th as its thick part, the median as a dot.
Json latency_row(const std::string& name, const char* series, const Json& latency) {
  const auto p50 = number_at(latency, "p50");
  if (!p50) return nullptr;
  const double low = number_at(latency, "min").value_or(*p50);
  return {{"name", name},
          {"series", series},
          {"value", *p50},
          {"low", low},
          {"high", number_at(latency, "p99").value_or(*p50)},
          {"inner", Json::array({low, number_at(latency, "p90").value_or(*p50)})},
          {"text", milliseconds(*p50)}};
}

void add_table_row(Table& table, const std::string& name, const Json& latency) {
  if (latency.empty()) return;
  std::vector<Cell> row{{name}};
  for (const char* percentile : kPercentiles) {
    const auto number = number_at(latency, percentile);
    row.push_back(number ? Cell{milliseconds(*number), Tone::plain, number} : Cell{"–"});
  }
  table.rows.push_back(std::move(row));
}

}  // namespace

Answer speed_answer(const std::optional<Speedup>& speedup, const std::string& verdict, const std::string& detail) {
  Answer answer{"Really faster?", "Not measured", "", detail, Tone::caution};
  if (!speedup) return answer;
  answer.answer = speedup_text(*speedup);
  answer.tone = speedup->is_faster() ? Tone::good : speedup->is_slower() ? Tone::bad : Tone::caution;
  if (verdict.empty()) return answer;
  answer.verdict = verdict == "met" ? "fast enough" : verdict == "not_met" ? "not fast enough" : "undecided";
  answer.tone = tone_of(verdict);
  return answer;
}

Section latency_section(const Json& first, const Json& second, const PairNames& names) {
  Section section{"latency", "Latency"};
  Table table{"latency-table",
              "Latency of one run",
              {{"Model"}, {"min", true}, {"p50", true}, {"p90", true}, {"p99", true}, {"mean", true}}};
  add_table_row(table, names.first, first);
  add_table_row(table, names.second, second);
  if (table.rows.empty()) return section;
  Json rows = Json::array();
  for (const Json& row : {latency_row(names.first, "float", first), latency_row(names.second, "quantized", second)}) {
    if (!row.is_null()) rows.push_back(row);
  }
  section.charts.push_back({"intervals",
                            "Median (dot), up to the 90th percentile (thick) and from the fastest run to the 99th "
                            "percentile (thin)",
                            table.id,
                            {{"panels", Json::array({{{"title", "latency, ms"}, {"rows", rows}, {"from", 0}}})}}});
  section.tables.push_back(std::move(table));
  return section;
}

void add_latency_rows(Table& overview, const Json& first, const Json& second, const std::optional<Speedup>& speedup) {
  for (const std::string percentile : {"p50", "p99"}) {
    const auto in_float = number_at(first, percentile), quantized = number_at(second, percentile);
    if (!in_float || !quantized) continue;
    const bool tells = percentile == "p50" && speedup.has_value();
    overview.rows.push_back({{"latency " + percentile},
                             {milliseconds(*in_float)},
                             {},
                             {milliseconds(*quantized)},
                             {},
                             {tells ? speedup_text(*speedup) : ""},
                             {tells ? speedup_range(*speedup) : ""}});
  }
}

void add_size_row(Table& overview, std::optional<double> before, std::optional<double> after) {
  if (!before || !after) return;
  overview.rows.push_back({{"size"}, {bytes(*before)}, {}, {bytes(*after)}, {}, {size_change_text(before, after)}, {}});
}

}  // namespace halftone::report

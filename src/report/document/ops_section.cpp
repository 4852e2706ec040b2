#include "report/document/parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

Table types_table(const Json& ops) {
  Table table{"types-table", "Ops by type", {{"Type"}, {"in low precision", true}, {"of", true}}};
  table.sorts = true;
  for (const auto& [type, count] : list_at(ops, "by_type").items()) {
    const double quantized = number_at(count, "quantized").value_or(0), total = number_at(count, "total").value_or(0);
    table.rows.push_back({{type}, {fixed(quantized, 0)}, {fixed(total, 0)}});
  }
  return table;
}

Table float_table(const Json& ops) {
  Table table{"float-table", "Ops that stay in float", {{"Op"}, {"Type"}, {"Why"}}};
  table.sorts = table.is_brief = true;
  for (const Json& op : list_at(ops, "float")) {
    table.rows.push_back({{text_at(op, "name")}, {text_at(op, "type")}, {text_at(op, "reason")}});
  }
  return table;
}

std::string conversions_text(const Json& result) {
  const auto quantize = count_at(result, "conversions.quantize"),
             dequantize = count_at(result, "conversions.dequantize");
  if (!quantize || !dequantize) return "";
  std::string text =
      counted(*quantize, "conversion") + " into low precision and " + grouped(*dequantize) + " out of it";
  const auto islands = count_at(result, "conversions.islands");
  if (islands) text += ", in " + counted(*islands, "connected part");
  return text + ".";
}

std::string verified_text(const Json& result) {
  const auto low = count_at(result, "verified.low_precision"), planned = count_at(result, "verified.planned");
  if (!low || !planned) return "";
  std::string text = "The runtime's own optimised graph runs " + grouped(*low) + " of " +
                     counted(*planned, "planned kernel") + " in low precision.";
  const std::vector<std::string> missing = texts_at(result, "verified.not_low_precision");
  return missing.empty() ? text : text + " In float there: " + some_of(missing, 10) + ".";
}

Table saturation_table(const Json& result) {
  Table table{"saturation-table",
              "Ops whose sums do not fit 16 bits on the target",
              {{"Op"}, {"share of sums", true}, {"sqnr", true}}};
  for (const Json& op : list_at(result, "saturation")) {
    const auto share = number_at(op, "share"), sqnr = number_at(op, "sqnr_db");
    table.rows.push_back({{text_at(op, "op")},
                          {share ? fixed(*share * 100, 3) + " %" : "–", Tone::plain, share},
                          {sqnr ? fixed(*sqnr, 1) + " dB" : "–", Tone::plain, sqnr}});
  }
  return table;
}

}  // namespace

void limit_rows(Section& section, Table& table) {
  if (table.rows.size() <= kMostRows) return;
  section.paragraphs.push_back("Of " + grouped(table.rows.size()) + " rows the first " + grouped(kMostRows) +
                               " are shown; the result as JSON has all.");
  table.rows.resize(kMostRows);
  if (!table.row_ids.empty()) table.row_ids.resize(kMostRows);
}

Answer float_answer(const Json& ops) {
  Answer answer{"What stayed in float, and why?", "Not known", "", "", Tone::plain};
  const auto total = count_at(ops, "total"), quantized = count_at(ops, "quantized");
  if (!total || !quantized || *quantized > *total) return answer;
  const std::uint64_t in_float = *total - *quantized;
  answer.answer = in_float == 0 ? "Nothing" : grouped(in_float) + " of " + counted(*total, "op");
  answer.verdict = (in_float == 0 ? "all " + counted(*total, "op") : grouped(*quantized)) + " in low precision";
  NamesByText reasons;
  for (const Json& op : list_at(ops, "float")) reasons.add(text_at(op, "reason"), text_at(op, "name"));
  std::size_t shown = 0;
  for (const auto& [reason, names] : reasons.groups()) {
    if (++shown > 2) break;
    answer.detail += (shown > 1 ? " " : "") + some_of(names, 2) + ": " + reason + ".";
  }
  if (reasons.groups().size() > 2) {
    answer.detail += " And " + counted(reasons.groups().size() - 2, "more reason") + " below.";
  }
  return answer;
}

Section ops_section(const Json& result) {
  Section section{"ops", "Ops"};
  const Json& ops = list_at(result, "ops");
  if (!ops.is_object()) return section;
  for (const std::string& text : {conversions_text(result), verified_text(result)}) {
    if (!text.empty()) section.paragraphs.push_back(text);
  }
  for (Table table : {float_table(ops), saturation_table(result), types_table(ops)}) {
    limit_rows(section, table);
    if (!table.rows.empty()) section.tables.push_back(std::move(table));
  }
  return section;
}

Section configuration_section(const Json& result) {
  Section section{"configuration", "Configuration by op"};
  Table table{"configuration-table", "How each op was quantized", {{"Op"}, {"Kernel"}, {"Choice"}}};
  table.sorts = true;
  for (const auto& [name, op] : list_at(result, "q_config.ops").items()) {
    const bool in_float = text_at(op, "precision") == "fp32";
    table.rows.push_back({{name},
                          {in_float ? "float" : text_at(op, "pattern")},
                          {in_float ? text_at(op, "reason") : text_at(op, "text")}});
  }
  if (table.rows.empty()) return section;
  limit_rows(section, table);
  section.tables.push_back(std::move(table));
  return section;
}

}  // namespace halftone::report

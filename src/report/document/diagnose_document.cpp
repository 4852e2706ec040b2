#include <cmath>
#include <filesystem>

#include "report/document/parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

constexpr std::size_t kMostBars = 25;

std::string decibels(const Json& entry) {
  const auto value = number_at(entry, "sqnr_db");
  return value ? fixed(*value, 1) + " dB" : "no noise";
}

std::string share_text(const std::optional<double>& share) { return share ? fixed(100 * *share, 3) + " %" : "all"; }

Cell range_cell(const Json& op, const char* key) {
  const Json& range = list_at(op, key);
  if (range.size() != 2 || !range.is_array() || !range[0].is_number() || !range[1].is_number()) return {"–"};
  const double low = range[0].get<double>(), high = range[1].get<double>();
  return {fixed(low, 3) + " … " + fixed(high, 3), Tone::plain, high - low};
}

Table ranked_table(const Json& ops) {
  Table table{"ranked-table",
              "Ops by the noise that arises in them, as a share of the signal",
              {{"Op"},
               {"Type"},
               {"rank", true},
               {"adds", true},
               {"at its output", true},
               {"mean squared error", true},
               {"float range", true},
               {"int8 range", true}}};
  table.sorts = true;
  for (const Json& op : ops) {
    const auto added = number_at(op, "added_noise"), sqnr = number_at(op, "sqnr_db"), mse = number_at(op, "mse");
    table.rows.push_back({{text_at(op, "name")},
                          {text_at(op, "type")},
                          {grouped(count_at(op, "rank").value_or(0))},
                          {share_text(added), Tone::plain, added ? *added : HUGE_VAL},
                          {decibels(op), Tone::plain, sqnr ? *sqnr : HUGE_VAL},
                          {mse ? MetricText("mse").value(*mse) : "–", Tone::plain, mse},
                          range_cell(op, "float_range"),
                          range_cell(op, "int8_range")});
  }
  return table;
}

Section error_section(const Json& result) {
  Section section{"error", "Where the error arises"};
  const Json& ops = list_at(result, "ops");
  if (ops.empty()) return section;
  Json rows = Json::array();
  for (const Json& op : ops) {
    const auto added = number_at(op, "added_noise");
    if (!added || *added == 0 || rows.size() >= kMostBars) break;
    rows.push_back(
        {{"name", text_at(op, "name")}, {"series", "quantized"}, {"value", 100 * *added}, {"text", share_text(added)}});
  }
  const auto compared = count_at(result, "compared.ops"), of = count_at(result, "compared.of");
  if (compared && of) {
    section.paragraphs.push_back(grouped(*compared) + " of " + counted(*of, "op") +
                                 " are in both models and were compared. What an op merely passes on is not its own.");
  }
  const std::string shown = rows.size() < ops.size() ? "the worst " + grouped(rows.size()) : "all";
  if (!rows.empty()) {
    section.charts.push_back(
        {"bars", "Noise that arises in each op, percent of its signal; " + shown, "ranked-table", {{"rows", rows}}});
  }
  Table table = ranked_table(ops);
  limit_rows(section, table);
  section.tables.push_back(std::move(table));
  return section;
}

Section remedies_section(const Json& result) {
  Section section{"remedies", "What to do"};
  Table table{"remedies-table", "Ops to keep in float", {{"Op"}, {"Why"}}};
  table.is_brief = true;
  std::string options;
  for (const Json& suggestion : list_at(result, "suggestions")) {
    table.rows.push_back({{text_at(suggestion, "op")}, {text_at(suggestion, "reason")}});
    options += text_at(suggestion, "option") + "\n";
  }
  if (table.rows.empty()) return section;
  section.tables.push_back(std::move(table));
  section.code.push_back({"To be typed after halftone quantize", options});
  return section;
}

Answer output_answer(const Json& result) {
  Answer answer{"How near is the output?", "Not known", "", "", Tone::plain};
  const Json& outputs = list_at(result, "output");
  if (outputs.empty()) return answer;
  const Json* worst = &outputs.front();
  for (const Json& output : outputs) {
    if (number_at(output, "sqnr_db").value_or(HUGE_VAL) < number_at(*worst, "sqnr_db").value_or(HUGE_VAL)) {
      worst = &output;
    }
  }
  answer.answer = decibels(*worst);
  answer.detail = "Signal to noise of '" + text_at(*worst, "name") + "'";
  answer.detail += outputs.size() > 1 ? ", the worst of " + counted(outputs.size(), "output") + "." : ".";
  return answer;
}

Answer worst_answer(const Json& result) {
  Answer answer{"Where does it arise?", "Nowhere", "", "", Tone::plain};
  const Json& ops = list_at(result, "ops");
  if (ops.empty()) return answer;
  const auto added = number_at(ops.front(), "added_noise");
  if (added && *added == 0) return answer;
  answer.answer = text_at(ops.front(), "name");
  answer.detail = text_at(ops.front(), "type") + "; adds noise of " + share_text(added) + " of its signal.";
  return answer;
}

Answer remedy_answer(const Json& result) {
  Answer answer{"What helps?", "Nothing to suggest", "", "", Tone::plain};
  const Json& suggestions = list_at(result, "suggestions");
  if (suggestions.empty()) return answer;
  answer.answer = "Float for " + counted(suggestions.size(), "op");
  answer.detail = text_at(suggestions.front(), "option");
  return answer;
}

}  // namespace

Document diagnose_document(const Json& result) {
  Document document = begin_document(result);
  document.title = std::filesystem::path(text_at(result, "against")).filename().string();
  document.subtitle = "error by op against " + text_at(result, "model");
  if (const auto samples = count_at(result, "samples")) document.subtitle += " on " + counted(*samples, "sample");
  document.answers = {output_answer(result), worst_answer(result), remedy_answer(result)};
  Table outputs{"overview", "Outputs", {{"Output"}, {"signal to noise", true}, {"mean squared error", true}}};
  outputs.is_brief = true;
  for (const Json& output : list_at(result, "output")) {
    const auto mse = number_at(output, "mse");
    outputs.rows.push_back(
        {{text_at(output, "name")}, {decibels(output)}, {mse ? MetricText("mse").value(*mse) : "–"}});
  }
  document.overview = std::move(outputs);
  document.sections = {error_section(result), remedies_section(result), reproduction_section(result)};
  document.checks = gate_checks(result, {});
  return document;
}

}  // namespace halftone::report

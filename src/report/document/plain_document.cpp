#include "report/document/parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"

namespace halftone::report {
namespace {

/// What is the same in every result has a section of its own.
const std::vector<std::string>& envelope_keys() {
  static const std::vector<std::string> kKeys{"schema", "command",      "argv",    "halftone",  "config",
                                              "model",  "model_sha256", "backend", "framework", "target",
                                              "host",   "data",         "started", "warnings"};
  return kKeys;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return text_at(value, "");
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number()) return value.dump();
  return "";
}

/// Single values by their keys, those of maps as "a.b".
void add_values(Table& table, const Json& json, const std::string& prefix) {
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    const bool is_envelope = prefix.empty() && std::ranges::find(envelope_keys(), key) != envelope_keys().end();
    if (is_envelope || table.rows.size() >= kMostRows) continue;
    if (value.is_object()) add_values(table, value, prefix + key + ".");
    if (value.is_array() && !value.empty()) table.rows.push_back({{prefix + key}, {some_of(texts_at(value, ""), 20)}});
    const std::string text = value_text(value);
    if (!text.empty()) table.rows.push_back({{prefix + key}, {text}});
  }
}

}  // namespace

Document plain_document(const Json& result) {
  Document document = begin_document(result);
  document.subtitle = "halftone " + document.command;
  Table table{"values-table", "What was found", {{"Key"}, {"Value"}}};
  add_values(table, result, "");
  std::erase_if(table.rows, [](const std::vector<Cell>& row) { return row[1].text.empty(); });
  Section values{"values", "Result"};
  if (!table.rows.empty()) values.tables.push_back(std::move(table));
  document.sections = {std::move(values), reproduction_section(result)};
  document.checks = gate_checks(result, {});
  return document;
}

Document error_document(const Json& result) {
  Document document;
  document.command = "error";
  document.title = "halftone ended in an error";
  document.subtitle = text_at(result, "error.code");
  const std::string message = text_at(result, "error.message"), hint = text_at(result, "error.hint");
  document.answers = {{"What went wrong?", text_at(result, "error.code"), "", message, Tone::bad}};
  Section section{"error", "Error"};
  section.paragraphs.push_back(message);
  for (const std::string& frame : texts_at(result, "error.context")) section.paragraphs.push_back("while " + frame);
  if (!hint.empty()) section.paragraphs.push_back(hint);
  document.sections = {std::move(section)};
  document.checks = {{"run", Check::Outcome::broken, text_at(result, "error.code"), message}};
  return document;
}

}  // namespace halftone::report

#include "report/document/make_document.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "halftone/error.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"

namespace halftone::report {
namespace {

struct Maker {
  std::string_view command;
  Document (*make)(const Json&);
};

constexpr std::array<Maker, 7> kMakers{{{"quantize", quantize_document},
                                        {"tune", tune_document},
                                        {"evaluate", evaluate_document},
                                        {"benchmark", benchmark_document},
                                        {"compare", compare_document},
                                        {"diagnose", diagnose_document},
                                        {"plan", plan_document}}};

bool is_silent(const Table& table, std::size_t column) {
  return std::ranges::all_of(table.rows, [&](const std::vector<Cell>& row) {
    return column >= row.size() || row[column].text.empty() || row[column].text == "–";
  });
}

/// Columns in which no row says anything are left out; the one that names the rows stays.
void remove_silent_columns(Table& table) {
  for (std::size_t column = table.columns.size(); column-- > 1;) {
    if (!is_silent(table, column)) continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(column));
    for (std::vector<Cell>& row : table.rows) {
      if (column < row.size()) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
    }
  }
}

void tidy(Document& document) {
  std::erase_if(document.sections, [](const Section& section) { return section.is_empty(); });
  if (document.overview && document.overview->rows.empty()) document.overview.reset();
  if (document.overview) remove_silent_columns(*document.overview);
  for (Section& section : document.sections) {
    for (Table& table : section.tables) remove_silent_columns(table);
  }
}

Document make(const Json& result) {
  if (find_json(result, "error.message") != nullptr) return error_document(result);
  const std::string command = text_at(result, "command");
  if (command.empty()) {
    throw Error(ErrorCode::invalid_data, "this is no result of halftone: it has no 'command'",
                "give what a verb writes with --json, or OUT.halftone.json");
  }
  for (const Maker& maker : kMakers) {
    if (maker.command == command) return maker.make(result);
  }
  return plain_document(result);
}

}  // namespace

Document make_document(const Json& result) {
  Document document = make(result);
  tidy(document);
  return document;
}

}  // namespace halftone::report

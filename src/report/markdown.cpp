#include "report/markdown.h"

#include <algorithm>

#include "report/markup.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

constexpr std::size_t kMostRowsShown = 20;

std::string sign_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "✅ ";
    case Tone::bad:
      return "❌ ";
    case Tone::caution:
      return "⚠️ ";
    default:
      return "";
  }
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string table_text(const Table& table) {
  std::vector<std::string> titles, rules;
  for (const Column& column : table.columns) {
    titles.push_back(escaped_markdown(column.title));
    rules.emplace_back(column.is_number ? "---:" : "---");
  }
  std::string text = row(titles) + row(rules);
  for (std::size_t at = 0; at < std::min(table.rows.size(), kMostRowsShown); ++at) {
    std::vector<std::string> cells;
    for (const Cell& cell : table.rows[at]) cells.push_back(escaped_markdown(cell.text));
    text += row(cells);
  }
  if (table.rows.size() > kMostRowsShown) {
    text += "\nand " + counted(table.rows.size() - kMostRowsShown, "row") + " more\n";
  }
  return text;
}

std::string answers_text(const std::vector<Answer>& answers) {
  std::string text;
  for (const Answer& answer : answers) {
    text += "- " + sign_of(answer.tone) + escaped_markdown(answer.question) + " **" + escaped_markdown(answer.answer) +
            "**";
    if (!answer.verdict.empty()) text += ", " + escaped_markdown(answer.verdict);
    if (!answer.detail.empty()) text += ". " + escaped_markdown(answer.detail);
    text += '\n';
  }
  return text.empty() ? "" : text + "\n";
}

std::string folded(const Table& table) {
  return "<details><summary>" + escaped_markup(table.caption) + " (" + grouped(table.rows.size()) + ")</summary>\n\n" +
         table_text(table) + "\n</details>\n\n";
}

std::string document_text(const Document& document) {
  std::string text = "### " + escaped_markdown(document.title) + "\n\n";
  if (!document.subtitle.empty()) text += escaped_markdown(document.subtitle) + "\n\n";
  text += answers_text(document.answers);
  if (document.overview) text += table_text(*document.overview) + "\n";
  for (const Section& section : document.sections) {
    for (const Table& table : section.tables) {
      if (table.is_brief) text += folded(table);
    }
  }
  for (const std::string& warning : document.warnings) text += "> ⚠️ " + escaped_markdown(warning) + "\n>\n";
  return document.warnings.empty() ? text : text + "\n";
}

}  // namespace

std::string markdown(const std::vector<Document>& documents) {
  std::string text;
  for (const Document& document : documents) text += document_text(document);
  return text;
}

}  // namespace halftone::report

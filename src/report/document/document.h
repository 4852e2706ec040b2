#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/json_values.h"

namespace halftone::report {

// What a report says of one result, before it is HTML, Markdown or anything else. Texts are plain: whoever writes them
// out escapes them.

/// How a text is to be taken.
enum class Tone { plain, good, bad, caution };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  std::optional<double> order = {};  ///< what the column is sorted by, where the text would not do
};

struct Column {
  std::string title;
  bool is_number = false;
};

/// Rows of cells; the first cell of a row names it.
struct Table {
  std::string id;  ///< within its document
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> row_ids = {};  ///< anchors, one for each row, where charts point at them
  bool sorts = false;
  bool is_brief = false;  ///< short and telling enough for a comment
};

/// A picture of what a table says, drawn by the page's script:
/// "intervals": {"panels": [{"title", "rows": [{"name", "series", "value", "low", "high", "text"}], "lines": [{"value",
/// "text"}]}]}; a row may have "inner": [low, high], a thicker part of its interval.
/// "bars": {"rows": [{"name", "series", "value", "text"}]}.
/// "scatter": {"x": {"title"}, "y": {"title"}, "points": [{"x", "y", "x_range", "y_range", "name", "lines", "row",
/// "kind", "frontier"}], "lines": [{"value", "text"}]}; lines are at heights of y, "better" tells the good end of y.
struct Chart {
  std::string kind;
  std::string caption;
  std::string table;  ///< id of the table that says the same
  Json data;
};

struct Code {
  std::string title;
  std::string text;
};

struct Section {
  std::string id;  ///< within its document
  std::string title;
  std::vector<std::string> paragraphs = {};
  std::vector<Chart> charts = {};
  std::vector<Table> tables = {};
  std::vector<Code> code = {};
  bool is_empty() const { return paragraphs.empty() && charts.empty() && tables.empty() && code.empty(); }
};

/// What somebody wants to know first.
struct Answer {
  std::string question;  ///< "Still accurate?"
  std::string answer;    ///< "-0.35 pt top1"
  std::string verdict;   ///< "within the limit"
  std::string detail;
  Tone tone = Tone::plain;
};

/// A demand, and whether it is met: a test case.
struct Check {
  enum class Outcome { passed, failed, skipped, broken };
  std::string name;
  Outcome outcome = Outcome::skipped;
  std::string kind;     ///< of a failure: "not_met", "undecided", or the code of an error
  std::string message;  ///< why it is not passed
};

struct Document {
  std::string command;  ///< of the verb
  std::string title;    ///< the model's name
  std::string subtitle;
  std::string started;  ///< ISO 8601, or empty
  double seconds = 0;   ///< that the verb took
  std::vector<Answer> answers = {};
  std::optional<Table> overview = {};
  std::vector<Section> sections = {};
  std::vector<std::string> warnings = {};
  std::vector<Check> checks = {};
};

}  // namespace halftone::report

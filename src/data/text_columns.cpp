#include "data/text_columns.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// Longest text that a message repeats.
constexpr std::size_t kMaxQuoted = 60;

bool is_number(std::string_view column) {
  return std::ranges::all_of(column, [](char digit) { return digit >= '0' && digit <= '9'; });
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [parsed_to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || parsed_to != end) return std::nullopt;
  return number;
}

/// Finds columns by number or name.
class ColumnFinder {
 public:
  ColumnFinder(const DataSpec& spec, const TextRecords& records) : spec_(spec), records_(records) {}

  std::size_t find(std::string_view option, const std::string& column) const {
    return is_number(column) ? by_number(option, column) : by_name(option, column);
  }

 private:
  std::size_t by_number(std::string_view option, const std::string& column) const {
    const std::optional<std::size_t> number = parse_whole<std::size_t>(column);
    if (number && *number < records_.columns()) return *number;
    spec_.fail(option, "'" + records_.name() + "' has no column " + column + ": it has " +
                           std::to_string(records_.columns()) + ", counted from 0");
  }

  std::size_t by_name(std::string_view option, const std::string& column) const {
    const std::vector<std::string> names = records_.fields(0);
    const auto found = std::ranges::find(names, column);
    if (found == names.end()) {
      spec_.fail(option, "'" + records_.name() + "' has no column '" + column + "' in its first line; " +
                             suggest(column, names));
    }
    if (std::find(found + 1, names.end(), column) != names.end()) {
      spec_.fail(option, "'" + records_.name() + "' has several columns '" + column + "'; give a number from 0");
    }
    return static_cast<std::size_t>(found - names.begin());
  }

  const DataSpec& spec_;
  const TextRecords& records_;
};

void require_columns(const DataSpec& spec, const TextRecords& records) {
  if (records.format() != TextFormat::lines) return;
  for (const char* option : {"columns", "label", "header"}) {
    if (spec.has(option)) {
      spec.fail(option, "'" + records.name() + "' is read as lines, without columns; those are in a .tsv or .csv");
    }
  }
}

/// Whether the first record is a header; `option` and `name` are of a column given by name, if there is one.
bool choose_header(const DataSpec& spec, const std::string& option, const std::string& name) {
  const std::optional<std::string> header = spec.word("header", {"yes", "no"});
  if (header == "no" && !name.empty()) spec.fail(option, "with header=no '" + name + "' names no column");
  return header ? header == "yes" : !name.empty();
}

std::string quoted_start(const std::string& text) {
  if (text.size() <= kMaxQuoted) return "'" + text + "'";
  std::size_t end = kMaxQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return "'" + text.substr(0, end) + "…'";
}

std::string label_hint(const std::string& text, bool is_first) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0') return "labels are classes; where the numbers are scores, leave out label=";
  if (is_first) return "where the first line names the columns, use a name, or say header=yes";
  return "labels are classes, as whole numbers";
}

}  // namespace

TextColumns text_columns(const DataSpec& spec, const TextRecords& records) {
  require_columns(spec, records);
  const std::vector<std::string> texts = spec.list("columns", '+');
  const std::optional<std::string> label = spec.value("label");
  if (texts.size() > 2) spec.fail("columns", "takes one column, or the two of a pair");
  const auto named = std::ranges::find_if_not(texts, is_number);
  TextColumns columns;
  if (named == texts.end() && label && !is_number(*label))
    columns.has_header = choose_header(spec, "label", *label);
  else
    columns.has_header = choose_header(spec, "columns", named == texts.end() ? "" : *named);
  const ColumnFinder finder(spec, records);
  if (label) columns.label = finder.find("label", *label);
  for (const std::string& text : texts) columns.texts.push_back(finder.find("columns", text));
  if (!texts.empty()) return columns;
  columns.texts = {columns.label == std::size_t{0} ? std::size_t{1} : std::size_t{0}};
  if (records.columns() == 1 && columns.label) spec.fail("label", "'" + records.name() + "' has no column beside it");
  return columns;
}

std::vector<std::int64_t> text_labels(const TextRecords& records, const TextColumns& columns) {
  std::vector<std::int64_t> labels;
  if (!columns.label) return labels;
  const std::size_t first = columns.has_header ? 1 : 0;
  labels.reserve(records.size() - first);
  for (std::size_t record = first; record < records.size(); ++record) {
    const std::string text = records.fields(record)[*columns.label];
    std::string_view digits = text;
    while (digits.starts_with(' ')) digits.remove_prefix(1);
    while (digits.ends_with(' ')) digits.remove_suffix(1);
    const std::optional<std::int64_t> label = parse_whole<std::int64_t>(digits);
    if (!label) {
      throw Error(ErrorCode::invalid_data,
                  records.name() + ":" + std::to_string(records.line(record)) + ": label " + quoted_start(text) +
                      " is no whole number",
                  label_hint(text, record == 0));
    }
    labels.push_back(*label);
  }
  return labels;
}

}  // namespace halftone

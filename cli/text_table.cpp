#include "text_table.h"

#include <algorithm>

namespace halftone::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestLastColumn = 24;

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

void TextTable::add(std::vector<Cell> row) {
  row.resize(columns_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  return widths;
}

std::string TextTable::text(const Style& style, std::size_t indent) const {
  const std::vector<std::size_t> widths = this->widths();
  const std::size_t last = columns_.size() - 1;
  std::size_t start_of_last = indent;
  for (std::size_t i = 0; i < last; ++i) start_of_last += widths[i] == 0 ? 0 : widths[i] + kGap;
  const auto width = static_cast<std::size_t>(style.width);
  const std::size_t room =
      std::max(kNarrowestLastColumn, width > start_of_last ? width - start_of_last : std::size_t{0});

  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < last; ++i) {
      if (widths[i] == 0) continue;
      const std::string padding(widths[i] - display_width(row[i].text), ' ');
      const std::string cell = tinted(row[i].text, row[i].tint, style);
      line += (columns_[i] == Align::right ? padding + cell : cell + padding) + std::string(kGap, ' ');
    }
    const Cell& end = row[last];
    if (columns_[last] == Align::right) {
      line += std::string(widths[last] - display_width(end.text), ' ') + tinted(end.text, end.tint, style);
      trim_end(line);
      text += line + "\n";
      continue;
    }
    for (const std::string& part : wrapped(end.text, room)) {
      line += tinted(part, end.tint, style);
      trim_end(line);
      text += line + "\n";
      line.assign(start_of_last, ' ');
    }
  }
  return text;
}

}  // namespace halftone::cli

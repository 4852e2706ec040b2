#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "style.h"

namespace halftone::cli {

enum class Align { left, right };

struct Cell {
  std::string text;
  Tint tint = Tint::plain;
};

/// Rows of aligned columns, two blanks apart. The last column, if it is aligned left, breaks into lines where the width
/// of the style ends.
class TextTable {
 public:
  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}
  /// Missing cells at the end are empty.
  void add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }
  /// Lines, each with `indent` blanks before it and a line feed after it. Columns without any text take no room.
  std::string text(const Style& style, std::size_t indent) const;

 private:
  std::vector<std::size_t> widths() const;
  std::vector<Align> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace halftone::cli

#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/json_values.h"
#include "style.h"
#include "text_table.h"

namespace halftone::cli {

/// How many times as fast the measured model is as the one it is compared with, with the ends of its interval.
struct Speedup {
  double value = 1;
  double low = 1;
  double high = 1;
};
/// From a result's "ratio", which is the measured model's latency over the other's; absent where it is.
std::optional<Speedup> speedup_of(const Json& ratio);
/// "2.06× faster", "1.20× slower"; "1.01×, a tie" where the interval holds 1.
Cell speedup_cell(const Speedup& speedup);
/// "2.01 … 2.11", of the same number as speedup_cell() shows.
std::string speedup_range(const Speedup& speedup);

/// A heading: an empty line, then the text in bold and a colon's place for what follows it.
std::string heading(const std::string& title, const std::string& rest, const Style& style);

/// "name 1x3x224x224 float" rows of inputs or outputs.
std::string signatures_part(const Json& signatures, const Style& style);
/// "1x?x224", "any rank".
std::string shape_text(const Json& shape);

/// Ops by type with how many of them are quantized.
std::string quantized_part(const Json& ops, const Style& style);
/// Ops left in float, grouped by their reason; empty without any. `more` says where all are listed.
std::string float_part(const Json& ops, const std::string& more, const Style& style);

/// The gate that was asked for and its verdict; empty without one.
std::string gate_part(const Json& result, const Style& style);

/// A result's warnings; empty without any.
std::string warnings_part(const Json& result, const Style& style);

/// "95 %": the confidence of the result's intervals.
std::string confidence_text(const Json& result);

/// Names by a text that they share, in order of first appearance.
class NamesByText {
 public:
  void add(const std::string& text, std::string name);
  const std::vector<std::pair<std::string, std::vector<std::string>>>& groups() const { return groups_; }

 private:
  std::map<std::string, std::size_t> place_;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

/// "3.68× smaller", "1.10× larger", "as large"; empty where a size is not known.
Cell size_change_cell(std::optional<double> before, std::optional<double> after);

/// Up to `shown` names, then how many more there are.
std::string some_of(const std::vector<std::string>& names, std::size_t shown);

}  // namespace halftone::cli

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/json_values.h"

namespace halftone {

// What a result says, in the words that every text about it uses: on a terminal, on a page, in a comment.

/// How many times as fast the measured model is as the one it is compared with, with the ends of its interval.
struct Speedup {
  double value = 1;
  double low = 1;
  double high = 1;
  bool is_faster() const { return low > 1; }
  bool is_slower() const { return high < 1; }
};
/// From a result's "ratio", which is the measured model's latency over the other's ("p50", or "value", with "low" and
/// "high"); absent where it is.
std::optional<Speedup> speedup_of(const Json& ratio);
/// "2.06× faster", "1.20× slower"; "1.01×, a tie" where the interval holds 1.
std::string speedup_text(const Speedup& speedup);
/// "2.01 … 2.11", of the same number as speedup_text() shows.
std::string speedup_range(const Speedup& speedup);

/// "3.68× smaller", "1.10× larger", "as large"; empty where a size is not known.
std::string size_change_text(std::optional<double> before, std::optional<double> after);

/// "95 %": the confidence of the result's intervals.
std::string confidence_text(const Json& result);

/// What the weights of a quantized model became, by their bits: "int8", "int4", "int4 and int8".
std::string low_precision_of(const Json& result);

/// Up to `shown` names, then how many more there are.
std::string some_of(const std::vector<std::string>& names, std::size_t shown);

/// Names by a text that they share, in order of first appearance.
class NamesByText {
 public:
  void add(const std::string& text, std::string name);
  const std::vector<std::pair<std::string, std::vector<std::string>>>& groups() const { return groups_; }

 private:
  std::map<std::string, std::size_t> place_;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

}  // namespace halftone

#include "report/result_phrases.h"

#include <algorithm>
#include <cmath>

#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone {

std::optional<Speedup> speedup_of(const Json& ratio) {
  auto p50 = number_at(ratio, "p50");
  if (!p50) p50 = number_at(ratio, "value");
  if (!p50 || *p50 <= 0) return std::nullopt;
  const double low = number_at(ratio, "low").value_or(*p50);
  const double high = number_at(ratio, "high").value_or(*p50);
  return Speedup{1 / *p50, 1 / high, low > 0 ? 1 / low : HUGE_VAL};
}

std::string speedup_text(const Speedup& speedup) {
  if (speedup.is_faster()) return fixed(speedup.value, 2) + "× faster";
  if (speedup.is_slower()) return fixed(1 / speedup.value, 2) + "× slower";
  return fixed(speedup.value, 2) + "×, a tie";
}

std::string speedup_range(const Speedup& speedup) {
  const double low = speedup.is_slower() ? 1 / speedup.high : speedup.low;
  const double high = speedup.is_slower() ? 1 / speedup.low : speedup.high;
  return fixed(low, 2) + " … " + fixed(high, 2);
}

std::string size_change_text(std::optional<double> before, std::optional<double> after) {
  if (!before || !after || *before <= 0 || *after <= 0) return "";
  if (*after == *before) return "as large";
  if (*after < *before) return fixed(*before / *after, 2) + "× smaller";
  return fixed(*after / *before, 2) + "× larger";
}

std::string confidence_text(const Json& result) {
  const double confidence = number_at(result, "config.tuning.accuracy.confidence").value_or(0.95) * 100;
  return fixed(confidence, confidence == std::floor(confidence) ? 0 : 1) + " %";
}

std::string low_precision_of(const Json& result) {
  bool four = false, eight = false;
  for (const Json& op : list_at(result, "q_config.ops")) {
    const std::string dtype = text_at(op, "weight.dtype");
    four = four || dtype.ends_with("int4");
    eight = eight || dtype.ends_with("int8");
  }
  if (!four) return "int8";
  return eight ? "int4 and int8" : "int4";
}

std::string some_of(const std::vector<std::string>& names, std::size_t shown) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += " and " + grouped(names.size() - shown) + " more";
  return text;
}

void NamesByText::add(const std::string& text, std::string name) {
  const auto [found, is_new] = place_.emplace(text, groups_.size());
  if (is_new) groups_.push_back({text, {}});
  groups_[found->second].second.push_back(std::move(name));
}

}  // namespace halftone

#include <charconv>
#include <cmath>
#include <string>

#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

double MaxDrop::limit(double baseline, bool higher_is_better) const {
  const double drop = relative ? amount * std::abs(baseline) : amount;
  return higher_is_better ? baseline - drop : baseline + drop;
}

MaxDrop parse_max_drop(std::string_view text) {
  std::string_view number = text;
  const bool relative = take_suffix(number, "%");
  const bool points = !relative && take_suffix(number, "pt");
  double amount = 0;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, amount);
  if (error != std::errc() || stop != end || !std::isfinite(amount) || std::signbit(amount)) {
    throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' is not a tolerated loss",
                "write 0.5pt (half a point of a hundred), 1% (of the baseline) or 0.01 (in the metric's own unit), "
                "not negative");
  }
  return {relative || points ? amount / 100 : amount, relative};
}

}  // namespace halftone

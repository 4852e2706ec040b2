#include "report/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace halftone {
namespace {

template <typename... Values>
std::string printed(const char* format, Values... values) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

bool is_fraction(std::string_view metric) {
  const bool top_k = metric.starts_with("top") && metric.size() > 3 &&
                     metric.find_first_not_of("0123456789", 3) == std::string_view::npos;
  constexpr std::array<std::string_view, 12> kFractions{
      "accuracy",     "agreement", "precision", "recall", "f1",      "precision_macro",
      "recall_macro", "f1_macro",  "auc",       "miou",   "map_voc", "map_coco"};
  return top_k || std::find(kFractions.begin(), kFractions.end(), metric) != kFractions.end();
}

}  // namespace

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  return printed("%.*f", decimals, value);
}

std::string fixed_signed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  std::string text = fixed(value, decimals);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  if (is_zero) return text.substr(text.front() == '-' ? 1 : 0);
  return value > 0 ? "+" + text : text;
}

std::string milliseconds(double value) {
  if (!std::isfinite(value)) return "-";
  if (value >= 10'000) return fixed(value / 1'000, 1) + " s";
  if (value < 0.1) return fixed(value * 1'000, 1) + " µs";
  const int decimals = value < 1 ? 3 : value < 100 ? 2 : 1;
  return fixed(value, decimals) + " ms";
}

std::string bytes(double count) {
  constexpr std::array<const char*, 5> kUnits{" B", " kB", " MB", " GB", " TB"};
  std::size_t unit = 0;
  for (; count >= 999.5 && unit + 1 < kUnits.size(); ++unit) count /= 1'000;
  const int decimals = unit == 0 || count >= 99.95 ? 0 : count >= 9.995 ? 1 : 2;
  return fixed(count, decimals) + kUnits[unit];
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "-";
  if (seconds < 99.95) return fixed(seconds, 1) + " s";
  const auto whole = static_cast<long long>(std::min(std::round(seconds), 1e15));
  if (whole < 3'600) return printed("%lld min %02lld s", whole / 60, whole % 60);
  return printed("%lld h %02lld min", whole / 3'600, whole / 60 % 60);
}

std::string grouped(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

MetricText::MetricText(std::string_view metric) {
  if (is_fraction(metric)) {
    factor_ = 100;
    decimals_ = 2;
    unit_ = " %";
    unit_of_difference_ = " pt";
  } else if (metric == "cosine") {
    decimals_ = 5;  // what matters is how near to 1 it is
  } else if (metric == "sqnr") {
    decimals_ = 2;
    unit_ = unit_of_difference_ = " dB";
  }
}

std::string MetricText::bare(double number) const {
  if (!std::isfinite(number)) return "-";
  return decimals_ < 0 ? printed("%.4g", number) : fixed(number * factor_, decimals_);
}

std::string MetricText::bare_difference(double number) const {
  if (!std::isfinite(number)) return "-";
  if (decimals_ >= 0) return fixed_signed(number * factor_, decimals_);
  return number == 0 ? "0" : printed("%+.3g", number);
}

std::string MetricText::value(double number) const { return bare(number) + std::string(unit_); }
std::string MetricText::difference(double number) const {
  return bare_difference(number) + std::string(unit_of_difference_);
}
std::string MetricText::range(double low, double high) const { return bare(low) + " … " + bare(high); }
std::string MetricText::difference_range(double low, double high) const {
  return bare_difference(low) + " … " + bare_difference(high);
}

}  // namespace halftone

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace halftone {

/// "6.03" with that many decimals; "-" where it is NaN or infinite.
std::string fixed(double value, int decimals);
/// The same with its sign: "+0.83", "-1.63"; zero has none.
std::string fixed_signed(double value, int decimals);
/// "6.03 ms", "0.412 ms", "12.3 µs", "123.4 ms", "12.3 s".
std::string milliseconds(double value);
/// "4.86 MB": decimal units, three digits.
std::string bytes(double count);
/// "0.4 s", "3.2 s", "2 min 05 s", "1 h 03 min".
std::string duration(double seconds);
/// "1,248,424".
std::string grouped(std::uint64_t count);
/// "1 op", "3 ops".
std::string counted(std::uint64_t count, std::string_view noun);

/// How the values of a metric are written, by its name: fractions in percent and their differences in points (of a
/// hundred), sqnr in dB, cosine with five decimals, others as plain numbers.
class MetricText {
 public:
  explicit MetricText(std::string_view metric);
  std::string value(double number) const;                          ///< "65.60 %"
  std::string difference(double number) const;                     ///< "-0.40 pt"
  std::string range(double low, double high) const;                ///< "61.34 … 69.63"
  std::string difference_range(double low, double high) const;     ///< "-1.63 … +0.83"
  double scaled(double number) const { return number * factor_; }  ///< 65.6: what an axis in unit() shows
  std::string_view unit() const { return unit_; }                  ///< " %", with its blank; empty without one
  std::string_view unit_of_difference() const { return unit_of_difference_; }  ///< " pt"

 private:
  std::string bare(double number) const;
  std::string bare_difference(double number) const;
  double factor_ = 1;
  int decimals_ = -1;  ///< negative: four significant digits
  std::string_view unit_;
  std::string_view unit_of_difference_;
};

}  // namespace halftone

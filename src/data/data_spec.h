#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// A data spec taken apart: `kind:MAIN,key=value,…`, or `@FILE` with the same as a YAML map. Commas part options, so
/// neither MAIN nor a value can hold one (in YAML they can). Everything here throws configuration, naming the spec or
/// FILE:LINE and the nearest valid word.
class DataSpec {
 public:
  /// Throws also io when the YAML file cannot be read.
  static DataSpec parse(const std::string& spec);

  /// What the user wrote.
  const std::string& text() const { return text_; }
  const std::string& kind() const { return kind_; }
  const std::string& main() const { return main_; }

  bool has(std::string_view option) const { return options_.find(option) != options_.end(); }
  /// The single value of an option.
  std::optional<std::string> value(std::string_view option) const;
  /// A value that must be one of these words.
  std::optional<std::string> word(std::string_view option, const std::vector<std::string>& known) const;
  /// Values of a YAML list, or of one text parted by `separator`.
  std::vector<std::string> list(std::string_view option, char separator) const;
  /// One or three finite numbers: "0.5", "1/255" (a fraction), "104:117:123" or "104/117/123"; empty when absent.
  std::vector<double> numbers(std::string_view option) const;
  /// One or two sizes in 1 … 32768: "256" or "256x128"; empty when absent or "none".
  std::vector<int> sizes(std::string_view option) const;

  /// "labels=y;mean=1:2:3": the options in a fixed order, for hashing.
  std::string options_text() const;
  [[noreturn]] void fail(std::string_view option, const std::string& message) const;

 private:
  static DataSpec parse_text(const std::string& spec);
  static DataSpec parse_yaml(const std::string& spec);
  void add_option(const std::string& assignment);
  double number(std::string_view option, std::string_view text) const;

  std::string text_;
  std::string kind_;
  std::string main_;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
};

}  // namespace halftone

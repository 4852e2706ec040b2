#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/strict_yaml.h"

namespace halftone {

/// A value on its way into the configuration: a node of the file, or a text of the command line. Knows its place, so
/// that every error names it: "FILE:LINE: …" (configuration) or "--samples: …" (invalid_argument).
class OptionValue {
 public:
  explicit OptionValue(StrictYaml node) : source_(std::move(node)) {}
  /// `place` is what the user typed before the value, e.g. "--samples".
  OptionValue(std::string text, std::string place) : source_(Typed{std::move(text), std::move(place)}) {}

  bool is_typed() const { return std::holds_alternative<Typed>(source_); }
  std::string text() const;
  /// A whole number that is not negative.
  std::uint64_t count() const;
  /// A finite number.
  double number() const;
  /// One of these words.
  std::string word(const std::vector<std::string>& known) const;
  /// A list, or a single text; on the command line "a,b" or "[a, b]". An empty list is one.
  std::vector<std::string> texts() const;
  /// The node; what was typed is read as YAML.
  StrictYaml yaml() const;

  /// Throws with the place and, where it is short, the value.
  [[noreturn]] void fail(std::string_view message) const;

 private:
  struct Typed {
    std::string text;
    std::string place;
  };
  [[noreturn]] void fail_expected(std::string_view what) const;
  std::variant<StrictYaml, Typed> source_;
};

/// The parts of `text` between commas, without blanks around them.
std::vector<std::string> split_at_commas(std::string_view text);

}  // namespace halftone

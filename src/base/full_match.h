#pragma once

#include <optional>
#include <regex>
#include <string>

namespace halftone {

/// A regular expression (ECMAScript, without back references) that must match a whole text. It neither recurses over
/// the text nor backtracks, so that hostile expressions and texts cost no more than their size.
class FullMatch {
 public:
  /// Throws configuration for what is no such expression, or has more than 1,000 characters.
  explicit FullMatch(const std::string& pattern);
  bool matches(const std::string& text) const;

 private:
  std::string literal_;
  std::optional<std::regex> regex_;  ///< absent where every character stands for itself
};

}  // namespace halftone

#include "base/full_match.h"

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kLongestPattern = 1000;

std::regex compile(const std::string& pattern) {
  if (pattern.size() > kLongestPattern) {
    throw Error(ErrorCode::configuration, "the pattern of a rule has " + std::to_string(pattern.size()) + " characters",
                "at most " + std::to_string(kLongestPattern) + " are allowed; write several rules");
  }
  auto flags = std::regex::ECMAScript | std::regex::optimize;
#ifdef __GLIBCXX__
  // The default matcher recurses over the text and backtracks without bound; this one does neither.
  flags |= std::regex_constants::__polynomial;
#endif
  try {
    return std::regex(pattern, flags);
  } catch (const std::regex_error& error) {
    throw Error(ErrorCode::configuration, "'" + pattern + "' is not a regular expression: " + error.what(),
                "put a backslash before characters that stand for themselves; back references are not supported");
  }
}

}  // namespace

FullMatch::FullMatch(const std::string& pattern) : literal_(pattern) {
  if (pattern.find_first_of("^$\\.*+?()[]{}|") != std::string::npos) regex_ = compile(pattern);
}

bool FullMatch::matches(const std::string& text) const {
  return regex_ ? std::regex_match(text, *regex_) : text == literal_;
}

}  // namespace halftone

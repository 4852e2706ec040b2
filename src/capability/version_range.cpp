#include "capability/version_range.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace halftone {
namespace {

std::string without_spaces(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '\t') kept += c;
  }
  return kept;
}

/// A version of digits and dots alone: in a file, "1.16rc1" is more likely a slip than a wish.
std::optional<Version> parse_plain_version(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  if (text.ends_with('.') || text.find("..") != std::string_view::npos) return std::nullopt;
  if (std::ranges::count(text, '.') > 2) return std::nullopt;
  return parse_version(text);
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  std::array<int, 3> parts{};
  const char* position = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // from_chars takes a sign, which no version has.
    if (position == end || *position == '-')
      return i == 0 ? std::nullopt : std::optional(Version{parts[0], parts[1], 0});
    const auto [after, status] = std::from_chars(position, end, parts[i]);
    if (status == std::errc::result_out_of_range || (i == 0 && status != std::errc{})) return std::nullopt;
    if (status != std::errc{} || after == end || *after != '.') break;
    position = after + 1;
  }
  return Version{parts[0], parts[1], parts[2]};
}

std::string to_string(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
}

std::optional<VersionRange> parse_version_range(std::string_view text) {
  const std::string packed = without_spaces(text);
  std::string_view rest = packed;
  VersionRange range{.text = std::string(text), .low = {}, .high = std::nullopt};
  if (rest.starts_with(">=")) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto low = parse_plain_version(rest.substr(2, comma - 2));
    if (!low) return std::nullopt;
    range.low = *low;
    if (comma == rest.size()) return range;
    rest.remove_prefix(comma + 1);
  }
  if (!rest.starts_with('<')) return std::nullopt;
  range.high = parse_plain_version(rest.substr(1));
  if (!range.high || *range.high <= range.low) return std::nullopt;
  return range;
}

bool overlap(const VersionRange& a, const VersionRange& b) {
  return (!a.high || b.low < *a.high) && (!b.high || a.low < *b.high);
}

}  // namespace halftone

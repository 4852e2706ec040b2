#include "configuration/option_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(without_blanks(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

std::string OptionValue::text() const {
  if (const auto* typed = std::get_if<Typed>(&source_)) return typed->text;
  return std::get<StrictYaml>(source_).text();
}

std::uint64_t OptionValue::count() const {
  const auto value = parse_number<std::uint64_t>(text());
  if (!value) fail_expected("a whole number that is not negative");
  return *value;
}

double OptionValue::number() const {
  const auto value = parse_number<double>(text());
  if (!value || !std::isfinite(*value)) fail_expected("a finite number");
  return *value;
}

std::string OptionValue::word(const std::vector<std::string>& known) const {
  const std::string given = text();
  if (std::find(known.begin(), known.end(), given) != known.end()) return given;
  fail("unknown word '" + given + "'; " + suggest(given, known));
}

std::vector<std::string> OptionValue::texts() const {
  const auto* typed = std::get_if<Typed>(&source_);
  if (typed == nullptr || typed->text.starts_with('[')) {
    std::vector<std::string> items;
    for (const StrictYaml& item : yaml().items_or_none()) items.push_back(item.text());
    return items;
  }
  std::vector<std::string> parts = split_at_commas(typed->text);
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) fail_expected("words with commas between them");
  return parts;
}

StrictYaml OptionValue::yaml() const {
  if (const auto* typed = std::get_if<Typed>(&source_)) return StrictYaml::parse(typed->text, typed->place);
  return std::get<StrictYaml>(source_);
}

void OptionValue::fail(std::string_view message) const {
  if (const auto* node = std::get_if<StrictYaml>(&source_)) node->fail(message);
  throw Error(ErrorCode::invalid_argument, std::get<Typed>(source_).place + ": " + std::string(message));
}

void OptionValue::fail_expected(std::string_view what) const {
  fail("expected " + std::string(what) + ", found '" + text() + "'");
}

}  // namespace halftone

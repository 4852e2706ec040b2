#include "data/data_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "base/nearest_word.h"
#include "base/strict_yaml.h"
#include "data/data_options.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr int kMaxSize = 1 << 15;

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const DataKind& kind : data_kinds()) names.push_back(kind.name);
  return names;
}

std::vector<std::string> option_names(std::string_view kind) {
  std::vector<std::string> names;
  for (const DataOption& option : data_options()) {
    if (option.kind == kind) names.push_back(option.name);
  }
  return names;
}

const DataKind* find_kind(std::string_view name) {
  const auto& kinds = data_kinds();
  const auto found = std::ranges::find(kinds, name, &DataKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [parsed_to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || parsed_to != end) return std::nullopt;
  return number;
}

[[noreturn]] void fail_without_kind(const std::string& spec, const std::string& head) {
  std::string hint = "write KIND:WHAT, where KIND is npz, batches, images, text, exec or random";
  std::error_code ignored;
  if (head.ends_with(".npz"))
    hint = "write npz:" + spec;
  else if (head.ends_with(".yaml") || head.ends_with(".yml"))
    hint = "write @" + spec;
  else if (head.ends_with(".tsv") || head.ends_with(".csv") || head.ends_with(".txt"))
    hint = "write text:" + spec;
  else if (std::filesystem::is_directory(head, ignored))
    hint = "write images:" + spec + " or batches:" + spec;
  else if (const std::string near = nearest_word(head, kind_names()); !near.empty())
    hint = "did you mean '" + near + ":'?";
  throw Error(ErrorCode::configuration, "data spec '" + spec + "' names no kind of source", hint);
}

void require_main(const DataKind& kind, const std::string& main, const std::string& where) {
  if (!main.empty() || kind.main.starts_with('[')) return;
  throw Error(ErrorCode::configuration, where + ": " + kind.name + ": needs " + kind.main,
              "write " + kind.name + ":" + kind.main);
}

}  // namespace

DataSpec DataSpec::parse(const std::string& spec) {
  DataSpec parsed = spec.starts_with('@') ? parse_yaml(spec) : parse_text(spec);
  parsed.text_ = spec;
  return parsed;
}

DataSpec DataSpec::parse_text(const std::string& spec) {
  const std::vector<std::string> parts = split(spec, ',');
  const std::string& head = parts.front();
  const std::size_t colon = head.find(':');
  DataSpec parsed;
  parsed.text_ = spec;
  parsed.kind_ = head.substr(0, colon);
  const DataKind* kind = find_kind(parsed.kind_);
  if (kind == nullptr && colon == std::string::npos) fail_without_kind(spec, head);
  if (kind == nullptr) {
    throw Error(ErrorCode::configuration, "data spec '" + spec + "': unknown kind '" + parsed.kind_ + "'",
                suggest(parsed.kind_, kind_names()));
  }
  if (colon != std::string::npos) parsed.main_ = head.substr(colon + 1);
  require_main(*kind, parsed.main_, "data spec '" + spec + "'");
  for (std::size_t i = 1; i < parts.size(); ++i) parsed.add_option(parts[i]);
  return parsed;
}

void DataSpec::add_option(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  const std::string where = "data spec '" + text_ + "': ";
  if (equals == std::string::npos) {
    throw Error(ErrorCode::configuration, where + "'" + assignment + "' is no KEY=VALUE",
                "commas part options; a name with a comma can be given in a YAML file, as @FILE");
  }
  const std::vector<std::string> known = option_names(kind_);
  if (std::ranges::find(known, name) == known.end()) {
    throw Error(ErrorCode::configuration, where + "unknown option '" + name + "' of " + kind_ + ":",
                known.empty() ? kind_ + ": has no options" : suggest(name, known));
  }
  if (equals + 1 == assignment.size()) fail(name, "has no value");
  if (!options_.emplace(name, std::vector{assignment.substr(equals + 1)}).second) fail(name, "is given twice");
}

DataSpec DataSpec::parse_yaml(const std::string& spec) {
  const StrictYaml root = StrictYaml::load(spec.substr(1));
  if (!root.is_map()) root.fail("a data spec is a map such as {npz: FILE}");
  DataSpec parsed;
  parsed.text_ = spec;
  for (const auto& [key, node] : root.entries()) {
    if (find_kind(key) == nullptr) continue;
    if (!parsed.kind_.empty()) node.fail("both '" + parsed.kind_ + "' and '" + key + "' name a kind of source");
    parsed.kind_ = key;
    if (!node.is_null()) parsed.main_ = node.text();
    require_main(*find_kind(key), parsed.main_, node.where());
  }
  if (parsed.kind_.empty()) root.fail("no kind of source; " + suggest("", kind_names()));
  std::vector<std::string> known = option_names(parsed.kind_);
  known.push_back(parsed.kind_);
  root.expect_keys(known);
  for (const auto& [key, node] : root.entries()) {
    if (key != parsed.kind_) parsed.options_.emplace(key, node.texts());
  }
  return parsed;
}

std::optional<std::string> DataSpec::value(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return std::nullopt;
  if (found->second.size() != 1) fail(option, "takes one value");
  return found->second.front();
}

std::optional<std::string> DataSpec::word(std::string_view option, const std::vector<std::string>& known) const {
  std::optional<std::string> text = value(option);
  if (text && std::ranges::find(known, *text) == known.end()) {
    fail(option, "unknown word '" + *text + "'; " + suggest(*text, known));
  }
  return text;
}

std::vector<std::string> DataSpec::list(std::string_view option, char separator) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return {};
  return found->second.size() == 1 ? split(found->second.front(), separator) : found->second;
}

double DataSpec::number(std::string_view option, std::string_view text) const {
  const std::size_t slash = text.find('/');
  const std::optional<double> dividend = parse_number(text.substr(0, slash));
  const std::optional<double> divisor =
      slash == std::string_view::npos ? std::optional(1.0) : parse_number(text.substr(slash + 1));
  if (dividend && divisor && std::isfinite(*dividend / *divisor)) return *dividend / *divisor;
  fail(option, "'" + std::string(text) + "' is no finite number");
}

std::vector<double> DataSpec::numbers(std::string_view option) const {
  std::vector<std::string> texts = list(option, ':');
  // Of "104/117/123" only the number of slashes tells that it is no fraction.
  if (texts.size() == 1 && std::ranges::count(texts.front(), '/') == 2) texts = split(texts.front(), '/');
  if (texts.size() != 0 && texts.size() != 1 && texts.size() != 3) {
    fail(option, "takes one number or three, such as 104:117:123");
  }
  std::vector<double> result;
  for (const std::string& text : texts) result.push_back(number(option, text));
  return result;
}

std::vector<int> DataSpec::sizes(std::string_view option) const {
  const std::vector<std::string> texts = list(option, 'x');
  if (texts.empty() || texts == std::vector<std::string>{"none"}) return {};
  if (texts.size() > 2) fail(option, "takes one size or two, such as 224 or 224x224");
  std::vector<int> result;
  for (const std::string& text : texts) {
    int size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size() || size < 1 || size > kMaxSize) {
      fail(option, "'" + text + "' is no size from 1 to " + std::to_string(kMaxSize));
    }
    result.push_back(size);
  }
  return result;
}

std::string DataSpec::options_text() const {
  std::string text;
  for (const auto& [name, values] : options_) {
    text += text.empty() ? name : ";" + name;
    for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? '=' : ':') + values[i];
  }
  return text;
}

void DataSpec::fail(std::string_view option, const std::string& message) const {
  const auto& options = data_options();
  const auto found = std::ranges::find_if(
      options, [&](const DataOption& known) { return known.kind == kind_ && known.name == option; });
  throw Error(ErrorCode::configuration, "data spec '" + text_ + "': " + std::string(option) + ": " + message,
              found == options.end() ? "" : found->name + "=" + found->meaning);
}

}  // namespace halftone

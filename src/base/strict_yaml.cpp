#include "base/strict_yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/file.h"
#include "base/nearest_word.h"
#include "base/yaml_tree.h"

namespace halftone {
namespace {

using Kind = YamlNode::Kind;

std::string_view describe(const YamlNode& node) {
  switch (node.kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return "nothing";
}

/// The whole of `text` as a number of type T; an optional sign "+" may precede it.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

StrictYaml::StrictYaml(std::shared_ptr<const std::string> name, std::shared_ptr<const YamlNode> node)
    : name_(std::move(name)), node_(std::move(node)) {}

StrictYaml StrictYaml::load(const std::filesystem::path& path) { return parse(read_file(path), path.string()); }

StrictYaml StrictYaml::parse(std::string_view text, std::string name) {
  auto shared_name = std::make_shared<const std::string>(std::move(name));
  auto root = parse_yaml_tree(text, *shared_name);
  return {std::move(shared_name), std::move(root)};
}

StrictYaml StrictYaml::parse(std::string_view text, std::string name, std::vector<RepeatedKey>& repeated) {
  auto shared_name = std::make_shared<const std::string>(std::move(name));
  auto root = parse_yaml_tree(text, *shared_name, repeated);
  return {std::move(shared_name), std::move(root)};
}

StrictYaml StrictYaml::with(std::shared_ptr<const YamlNode> node) const { return {name_, std::move(node)}; }

bool StrictYaml::is_map() const { return node_->kind == Kind::map; }
bool StrictYaml::is_sequence() const { return node_->kind == Kind::sequence; }
bool StrictYaml::is_scalar() const { return node_->kind == Kind::scalar; }
bool StrictYaml::is_null() const { return node_->kind == Kind::null; }
int StrictYaml::line() const { return node_->line; }
std::string StrictYaml::where() const { return *name_ + ":" + std::to_string(node_->line); }

void StrictYaml::fail(std::string_view message) const { fail_at(node_->line, message); }

void StrictYaml::fail_at(int line, std::string_view message) const { fail_yaml(*name_, line, message); }

void StrictYaml::fail_expected(std::string_view what) const {
  std::string message = "expected " + std::string(what) + ", found ";
  constexpr std::size_t kShown = 80;
  const bool short_scalar = is_scalar() && node_->text.size() <= kShown;
  message += short_scalar ? "'" + node_->text + "'" : std::string(describe(*node_));
  fail(message);
}

void StrictYaml::expect_keys(const std::vector<std::string>& known) const {
  if (!is_map()) fail_expected("a map");
  for (const YamlEntry& entry : node_->entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    fail_at(entry.line, "unknown key '" + entry.key + "'; " + suggest(entry.key, known));
  }
}

std::optional<StrictYaml> StrictYaml::find(std::string_view key) const {
  if (!is_map()) fail_expected("a map");
  for (const YamlEntry& entry : node_->entries) {
    if (entry.key == key) return with(entry.value);
  }
  return std::nullopt;
}

StrictYaml StrictYaml::at(std::string_view key) const {
  std::optional<StrictYaml> value = find(key);
  if (!value) fail("the key '" + std::string(key) + "' is missing");
  return *value;
}

int StrictYaml::key_line(std::string_view key) const {
  const auto found = std::find_if(node_->entries.begin(), node_->entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == node_->entries.end() ? node_->line : found->line;
}

std::vector<std::pair<std::string, StrictYaml>> StrictYaml::entries() const {
  if (!is_map()) fail_expected("a map");
  std::vector<std::pair<std::string, StrictYaml>> entries;
  entries.reserve(node_->entries.size());
  for (const YamlEntry& entry : node_->entries) entries.emplace_back(entry.key, with(entry.value));
  return entries;
}

std::vector<StrictYaml> StrictYaml::items() const {
  if (is_null() || is_map()) fail_expected("a list");
  if (is_sequence() && node_->items.empty()) fail("the list is empty");
  return items_or_none();
}

std::vector<StrictYaml> StrictYaml::items_or_none() const {
  if (is_map()) fail_expected("a list");
  if (is_null()) return {};
  if (is_scalar()) return {*this};
  std::vector<StrictYaml> items;
  items.reserve(node_->items.size());
  for (const auto& item : node_->items) items.push_back(with(item));
  return items;
}

std::string StrictYaml::text() const {
  if (!is_scalar()) fail_expected("a single value");
  return node_->text;
}

std::int64_t StrictYaml::integer() const {
  const auto value = is_scalar() ? parse_number<std::int64_t>(node_->text) : std::nullopt;
  if (!value) fail_expected("an integer of 64 bits");
  return *value;
}

double StrictYaml::number() const {
  const auto value = is_scalar() ? parse_number<double>(node_->text) : std::nullopt;
  if (!value || !std::isfinite(*value)) fail_expected("a finite number");
  return *value;
}

bool StrictYaml::boolean() const {
  if (is_scalar() && node_->text == "true") return true;
  if (is_scalar() && node_->text == "false") return false;
  fail_expected("true or false");
}

std::string StrictYaml::word(const std::vector<std::string>& known) const {
  const std::string given = text();
  if (std::find(known.begin(), known.end(), given) != known.end()) return given;
  fail("unknown word '" + given + "'; " + suggest(given, known));
}

std::vector<std::string> StrictYaml::texts() const {
  std::vector<std::string> texts;
  for (const StrictYaml& item : items()) texts.push_back(item.text());
  return texts;
}

}  // namespace halftone

#include "report/config_yaml.h"

#include <algorithm>
#include <array>

#include "base/text_layout.h"
#include "base/utf8.h"
#include "configuration/option_table.h"
#include "halftone/error.h"
#include "report/config_json.h"

namespace halftone {
namespace {

constexpr std::size_t kColumns = 110;
/// A key may have 1,024 characters (YAML 1.2, section 7.4.2), quotes and escapes of one byte as six among them.
constexpr std::size_t kLongestKey = 160;

bool needs_no_quotes(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNull{"null", "Null", "NULL"};
  const auto is_plain = [](char letter) {
    const bool is_alphanumeric =
        (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    return is_alphanumeric || std::string_view("_./+%").find(letter) != std::string_view::npos;
  };
  const auto is_inner = [&](char letter) { return is_plain(letter) || letter == '-'; };
  const bool begins_plain = !text.empty() && is_plain(text.front()) && text.front() != '%' && text.front() != '+';
  return begins_plain && std::all_of(text.begin(), text.end(), is_inner) &&
         std::find(kNull.begin(), kNull.end(), text) == kNull.end();
}

std::vector<std::string> parts_of(std::string_view key) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('.', begin), key.size());
    parts.emplace_back(key.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string help_of(const ConfigOption& option) {
  std::string text = option.help + " (" + option.placeholder;
  for (const std::string& flag : option.flags) text += ", " + flag;
  const std::string& by_default = option.default_text;
  const bool is_described = by_default.starts_with('(');
  if (!by_default.empty()) {
    text += "; default: " + (is_described ? by_default.substr(1, by_default.size() - 2) : by_default);
  }
  return text + ")";
}

bool is_unset(const Json& value) { return value.is_null() || value.empty() || value == ""; }

/// A value as YAML on one line.
std::string yaml_value(const Json& value) {
  if (value.is_string()) return yaml_text(value.get_ref<const std::string&>());
  std::string items;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      items += (items.empty() ? "" : ", ") + yaml_text(key) + ": " + yaml_value(item);
    }
    return "{" + items + "}";
  }
  if (!value.is_array()) return value.dump();
  for (const Json& item : value) items += (items.empty() ? "" : ", ") + yaml_value(item);
  return "[" + items + "]";
}

/// Writes keys in the order of the option table, opening the sections they lie in.
class YamlWriter {
 public:
  explicit YamlWriter(const ConfigNotes& notes) : notes_(notes) {}

  void add_head() {
    for (const std::string& paragraph : notes_.head) add_comment(paragraph);
  }

  void add(const ConfigOption& option, const Json& value) {
    const std::vector<std::string> parts = parts_of(option.key);
    open_sections(parts);
    add_comment(help_of(option));
    const auto advice = notes_.advice.find(option.key);
    if (advice != notes_.advice.end()) {
      for (const std::string& paragraph : advice->second) add_comment(paragraph);
    }
    const auto examples = notes_.examples.find(option.key);
    const bool has_examples = examples != notes_.examples.end() && !examples->second.empty();
    const bool is_map = value.is_object() && !value.empty();
    if (!is_map && !has_examples) {
      add_line(parts.back() + ": " + (is_unset(value) ? "null" : yaml_value(value)));
      return;
    }
    add_line(parts.back() + ":");
    indent_ += 2;
    for (const auto& [name, entry] : value.items()) add_line(yaml_text(name) + ": " + yaml_value(entry));
    for (const std::string& example : has_examples ? examples->second : std::vector<std::string>{}) {
      add_line("# " + printable(example));
    }
    indent_ -= 2;
  }

  const std::string& text() const { return text_; }

 private:
  void open_sections(const std::vector<std::string>& parts) {
    const std::vector<std::string> sections(parts.begin(), parts.end() - 1);
    const auto [here, there] = std::mismatch(open_.begin(), open_.end(), sections.begin(), sections.end());
    const auto shared = static_cast<std::size_t>(here - open_.begin());
    if (shared == 0) text_ += '\n';
    for (std::size_t depth = shared; depth < sections.size(); ++depth) {
      indent_ = 2 * depth;
      add_line(sections[depth] + ":");
    }
    open_ = sections;
    indent_ = 2 * sections.size();
  }

  // A paragraph may hold names out of a model: nothing in them may end the comment.
  void add_comment(const std::string& paragraph) {
    for (const std::string& line : wrapped(printable(paragraph), kColumns - indent_)) add_line("# " + line);
  }

  void add_line(const std::string& line) { text_ += std::string(indent_, ' ') + line + "\n"; }

  const ConfigNotes& notes_;
  std::string text_;
  std::vector<std::string> open_;
  std::size_t indent_ = 0;
};

const Json& value_at(const Json& config, const std::string& key) {
  const Json* value = &config;
  for (const std::string& part : parts_of(key)) value = &value->at(part);
  return *value;
}

}  // namespace

bool can_be_yaml_key(std::string_view name) {
  return name.size() <= kLongestKey && find_non_text(name) == std::string_view::npos;
}

std::string yaml_text(std::string_view text) {
  if (needs_no_quotes(text)) return std::string(text);
  if (find_non_text(text) == std::string_view::npos) return Json(text).dump();
  throw Error(ErrorCode::invalid_argument, "'" + printable(text) + "' cannot be written into a configuration file",
              "files hold UTF-8 text without control characters; rename it");
}

std::string config_yaml(const Config& config, const ConfigNotes& notes) {
  const Json values = json_of(config);
  YamlWriter writer(notes);
  writer.add_head();
  for (const ConfigOption& option : option_table()) writer.add(option, value_at(values, option.key));
  return writer.text();
}

}  // namespace halftone

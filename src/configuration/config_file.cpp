#include "configuration/config_file.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/nearest_word.h"
#include "base/yaml_tree.h"
#include "configuration/option_table.h"
#include "configuration/problem_list.h"
#include "configuration/validation.h"

namespace halftone {
namespace {

/// Words that may follow `prefix` ("" or "quantization.") in a key.
std::vector<std::string> words_below(const std::string& prefix) {
  std::vector<std::string> words;
  for (const ConfigOption& option : option_table()) {
    if (!option.key.starts_with(prefix)) continue;
    std::string word = option.key.substr(prefix.size());
    word = word.substr(0, word.find('.'));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

class ConfigReader {
 public:
  explicit ConfigReader(std::string name) : name_(std::move(name)) {}

  /// `tree` is the same node as `yaml`; it alone knows the lines of keys.
  void read_section(const StrictYaml& yaml, const YamlNode& tree, const std::string& prefix) {
    const auto values = yaml.entries();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const YamlEntry& entry = tree.entries[i];
      read_key(prefix + entry.key, values[i].second, entry, prefix);
    }
  }

  ProblemList& problems() { return problems_; }
  const Config& config() const { return config_; }

 private:
  void read_key(const std::string& key, const StrictYaml& value, const YamlEntry& entry, const std::string& prefix) {
    if (const ConfigOption* option = find_option(key)) {
      if (!value.is_null()) problems_.attempt([&] { option->set(config_, OptionValue(value)); });
      return;
    }
    const std::vector<std::string> below = words_below(key + ".");
    if (below.empty()) {
      return add_problem(entry.line, "unknown key '" + key + "'; " + suggest(entry.key, words_below(prefix)));
    }
    if (value.is_map()) return read_section(value, *entry.value, key + ".");
    if (!value.is_null()) add_problem(entry.line, "'" + key + "' is a section, with keys of its own below it");
  }

  void add_problem(int line, const std::string& message) {
    problems_.add(name_ + ":" + std::to_string(line) + ": " + message);
  }

  std::string name_;
  ProblemList problems_;
  Config config_;
};

}  // namespace

Config parse_config(std::string_view text, const std::string& name) {
  const std::shared_ptr<const YamlNode> tree = parse_yaml_tree(text, name);
  const StrictYaml yaml = StrictYaml::parse(text, name);
  if (yaml.is_null()) return {};
  ConfigReader reader(name);
  reader.read_section(yaml, *tree, "");
  reader.problems().throw_if_any(name);
  validate(reader.config());
  return reader.config();
}

Config load_config(const std::filesystem::path& path) { return parse_config(read_file(path), path.string()); }

}  // namespace halftone

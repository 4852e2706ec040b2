#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/nearest_word.h"
#include "configuration/option_table.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// Other spellings of keys: people who know other quantizers say algorithm, and node for op.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOtherSpellings{
    {{"quantization.calibration.algorithm", "quantization.calibration.range_method"},
     {"quantization.nodes_to_quantize", "quantization.ops_to_quantize"},
     {"quantization.nodes_to_exclude", "quantization.ops_to_exclude"}}};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const ConfigOption& option : option_table()) keys.push_back(option.key);
  return keys;
}

/// The option that holds a map in which `key` is an entry, and the entry's name; null when there is none.
std::pair<const ConfigOption*, std::string> find_map_of(const std::string& key) {
  for (const ConfigOption& option : option_table()) {
    const std::string prefix = option.key + ".";
    if (option.repeats && key.starts_with(prefix)) return {&option, key.substr(prefix.size())};
  }
  return {nullptr, {}};
}

/// A map with one entry as YAML: JSON is a part of it, so that any name can be written. `value` is YAML already.
std::string one_entry(const std::string& name, const std::string& value) {
  return "{" + nlohmann::json(name).dump() + ": " + value + "}";
}

}  // namespace

const ConfigOption* find_option(std::string_view key) {
  for (const auto& [other, meant] : kOtherSpellings) {
    if (key == other) key = meant;
  }
  const auto& table = option_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& option) { return option.key == key; });
  return found == table.end() ? nullptr : &*found;
}

void set_option(Config& config, const std::string& key, const std::string& text, const std::string& place) {
  if (const ConfigOption* option = find_option(key)) return option->set(config, OptionValue(text, place));
  if (const auto [option, name] = find_map_of(key); option != nullptr) {
    return option->set(config, OptionValue(one_entry(name, text), place));
  }
  throw Error(ErrorCode::invalid_argument, place + ": unknown key '" + key + "'", suggest(key, all_keys()));
}

void set_assignment(Config& config, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorCode::invalid_argument, "--set: '" + assignment + "' is not KEY=VALUE",
                "write for example --set quantization.calibration.samples=200");
  }
  const std::string key = assignment.substr(0, equals);
  set_option(config, key, assignment.substr(equals + 1), "--set " + key);
}

}  // namespace halftone

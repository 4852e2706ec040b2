#include "capability/testing/shipped_files.h"

#include <algorithm>

#include "base/strict_yaml.h"
#include "capability/pattern_sequence.h"

namespace halftone::testing {
namespace {

std::vector<std::filesystem::path> yaml_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(HALFTONE_CAPABILITY_SOURCES)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void add_types_of_pattern(const StrictYaml& yaml, std::set<std::string>& types) {
  const auto sequence = parse_pattern_sequence(yaml.is_map() ? yaml.at("sequence").text() : yaml.text());
  if (!sequence) return;
  for (const std::vector<std::string>& position : sequence->positions) types.insert(position.begin(), position.end());
}

std::set<std::string> op_types_of(const std::filesystem::path& path) {
  std::set<std::string> types;
  for (const StrictYaml& section : StrictYaml::load(path).items()) {
    for (const auto& [precision, listed] : section.at("ops").entries()) {
      for (const std::string& type : listed.texts()) types.insert(type);
    }
    const auto patterns = section.find("patterns");
    if (!patterns) continue;
    for (const auto& [precision, sequences] : patterns->entries()) {
      for (const StrictYaml& sequence : sequences.items()) add_types_of_pattern(sequence, types);
    }
  }
  return types;
}

}  // namespace

std::vector<CapabilityFile> shipped_capability_files() {
  std::vector<CapabilityFile> files;
  for (const std::filesystem::path& path : yaml_files()) files.push_back(load_capability_file(path, op_types_of(path)));
  return files;
}

}  // namespace halftone::testing

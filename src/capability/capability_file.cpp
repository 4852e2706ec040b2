#include <algorithm>

#include "base/strict_yaml.h"
#include "capability/capability_section.h"
#include "capability/version_range.h"
#include "halftone/error.h"

namespace halftone {
namespace {

bool clash(const CapabilitySection& a, const CapabilitySection& b) {
  if (!a.range || !b.range) return !a.range && !b.range;
  return overlap(*a.range, *b.range);
}

void check_versions(const StrictYaml& yaml, const CapabilitySection& section,
                    const std::vector<CapabilitySection>& earlier) {
  for (const CapabilitySection& other : earlier) {
    if (!clash(section, other)) continue;
    if (!section.range) yaml.at("version").fail("a second default section");
    yaml.at("version").fail("versions '" + section.name() + "' overlap '" + other.name() + "' of an earlier section");
  }
}

}  // namespace

CapabilityFile load_capability_file(const std::filesystem::path& path, const std::set<std::string>& known_op_types) {
  const StrictYaml yaml = StrictYaml::load(path);
  if (!yaml.is_sequence()) yaml.fail("a capability file is a list of sections, each with a 'version'");
  CapabilityFile file{.path = path, .sections = {}, .known_op_types = known_op_types};
  for (const StrictYaml& item : yaml.items()) {
    CapabilitySection section = read_capability_section(item, known_op_types);
    check_versions(item, section, file.sections);
    file.sections.push_back(std::move(section));
  }
  return file;
}

const CapabilitySection& CapabilityFile::section_for(const Version& version) const {
  // Ranges do not overlap, so that at most one holds the version.
  const auto holds = [&](const CapabilitySection& section) {
    return section.range && section.range->contains(version);
  };
  auto found = std::ranges::find_if(sections, holds);
  if (found == sections.end()) {
    found = std::ranges::find_if(sections, [](const CapabilitySection& section) { return !section.range; });
  }
  if (found != sections.end()) return *found;
  std::string known;
  for (const CapabilitySection& section : sections) known += (known.empty() ? "" : "; ") + section.name();
  throw Error(ErrorCode::unsupported,
              path.filename().string() + " has no section for version " + to_string(version) + " and no default",
              "it covers versions " + known);
}

}  // namespace halftone

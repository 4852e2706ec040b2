#include "capability/draft/draft_versions.h"

#include <algorithm>

#include "halftone/capability.h"

namespace halftone::draft {
namespace {

struct NamedVersion {
  Version version;
  std::size_t section;
};

std::vector<NamedVersion> named_versions(const std::vector<Section>& sections, Notes& notes) {
  std::vector<NamedVersion> named;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    for (const std::string& name : sections[i].versions) {
      if (name == "default") continue;
      const auto version = parse_version(name);
      const auto same = [&](const NamedVersion& other) { return version && other.version == *version; };
      const auto earlier = std::ranges::find_if(named, same);
      if (!version) {
        notes.push_back({sections[i].line, "version '" + name + "'", "is not of the form major.minor.patch"});
      } else if (earlier == named.end()) {
        named.push_back({*version, i});
      } else if (earlier->section != i) {
        notes.push_back({sections[i].line, "version '" + name + "'", "another section has the same numbers"});
      }
    }
  }
  std::ranges::stable_sort(named, std::less{}, &NamedVersion::version);
  return named;
}

}  // namespace

std::vector<RangedSection> range_sections(const std::vector<Section>& sections, Notes& notes) {
  const std::vector<NamedVersion> named = named_versions(sections, notes);
  std::vector<RangedSection> ranged;
  for (std::size_t i = 0; i < named.size();) {
    std::size_t next = i + 1;
    while (next < named.size() && named[next].section == named[i].section) ++next;
    std::string range = ">=" + to_string(named[i].version);
    if (next < named.size()) range += ",<" + to_string(named[next].version);
    ranged.push_back({std::move(range), named[i].section});
    i = next;
  }
  bool has_default = false;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (std::ranges::find(sections[i].versions, "default") == sections[i].versions.end()) continue;
    if (has_default) notes.push_back({sections[i].line, "version 'default'", "an earlier section is the default"});
    if (!has_default) ranged.push_back({"", i});
    has_default = true;
  }
  return ranged;
}

}  // namespace halftone::draft

#include "capability/draft/capability_draft.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/strict_yaml.h"
#include "base/yaml_tree.h"
#include "capability/draft/draft_text.h"
#include "capability/draft/draft_versions.h"
#include "capability/draft/original_section.h"

namespace halftone {
namespace {

/// The first of those that say the same, in the order of the lines.
draft::Notes once_each(draft::Notes notes) {
  std::ranges::stable_sort(notes, std::less{}, &draft::Note::line);
  std::set<std::pair<std::string, std::string>> seen;
  std::erase_if(notes, [&](const draft::Note& note) { return !seen.emplace(note.what, note.why).second; });
  return notes;
}

void count(const draft::Section& section, CapabilityDraft& draft) {
  draft.patterns += section.patterns.size();
  for (const auto& [precision, entries] : section.capabilities) {
    for (const auto& [type, alternatives] : entries) {
      draft.op_types.insert(type);
      draft.alternatives += alternatives.size();
    }
  }
}

}  // namespace

CapabilityDraft make_capability_draft(std::string_view text, const std::string& name,
                                      const std::set<std::string>& known_op_types) {
  // Keys that stand twice are found in files of the original, whose reader lets the last one count.
  std::vector<RepeatedKey> repeated;
  const StrictYaml original = StrictYaml::parse(text, name, repeated);
  if (!original.is_sequence()) original.fail("a capability file is a list of sections, each with a 'version'");
  CapabilityDraft result;
  for (const RepeatedKey& key : repeated) {
    result.notes.push_back({key.line, "an earlier key '" + key.key + "'", "the map has it again, and the last counts"});
  }
  std::vector<draft::Section> sections;
  for (const StrictYaml& item : original.items()) {
    sections.push_back(draft::read_original_section(item, known_op_types, result.notes));
  }
  const std::vector<draft::RangedSection> ranged = draft::range_sections(sections, result.notes);
  if (ranged.empty()) original.fail("no section names a version that can be read");
  result.notes = once_each(std::move(result.notes));
  result.sections = ranged.size();
  for (const draft::RangedSection& each : ranged) count(sections[each.section], result);
  result.yaml = draft::head_text(name, result.notes) + draft::sections_text(sections, ranged);
  return result;
}

}  // namespace halftone

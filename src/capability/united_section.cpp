#include <algorithm>
#include <set>

#include "halftone/capability.h"

namespace halftone {
namespace {

template <typename Value, typename Same>
void append_new(std::vector<Value>& all, const std::vector<Value>& more, Same same) {
  for (const Value& value : more) {
    const bool known = std::ranges::any_of(all, [&](const Value& other) { return same(other, value); });
    if (!known) all.push_back(value);
  }
}

void append_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
  append_new(all, more, std::equal_to<>{});
}

/// Versions that lie in both.
void narrow(VersionRange& range, const VersionRange& other) {
  range.low = std::max(range.low, other.low);
  if (!range.high || (other.high && *other.high < *range.high)) range.high = other.high;
}

void add(CapabilitySection& all, const CapabilitySection& section) {
  if (section.range && !all.range) all.range = section.range;
  if (section.range) narrow(*all.range, *section.range);
  append_new(all.precisions, section.precisions);
  append_new(all.mixed_precisions, section.mixed_precisions, [](const MixedPrecision& a, const MixedPrecision& b) {
    return a.precisions == b.precisions && a.requires_isa == b.requires_isa;
  });
  for (const auto& [precision, types] : section.ops) append_new(all.ops[precision], types);
  for (const auto& [precision, entries] : section.capabilities) {
    for (const auto& [type, alternatives] : entries) {
      std::vector<Alternative>& known = all.capabilities[precision][type];
      known.insert(known.end(), alternatives.begin(), alternatives.end());
    }
  }
  for (const auto& [op, alternatives] : section.of_ops) {
    std::vector<Alternative>& known = all.of_ops[op];
    known.insert(known.end(), alternatives.begin(), alternatives.end());
  }
  append_new(all.patterns, section.patterns,
             [](const PatternSequence& a, const PatternSequence& b) { return a.positions == b.positions; });
}

}  // namespace

std::string CapabilitySection::name() const {
  if (!united_names.empty()) return united_names;
  return range ? range->text : "default";
}

CapabilitySection united(const std::vector<const CapabilitySection*>& sections) {
  CapabilitySection all = *sections.front();
  std::set<std::string> names{all.name()};
  std::string joined = all.name();
  for (std::size_t i = 1; i < sections.size(); ++i) {
    add(all, *sections[i]);
    if (names.insert(sections[i]->name()).second) joined += " and " + sections[i]->name();
  }
  if (names.size() > 1) all.united_names = joined;
  return all;
}

}  // namespace halftone

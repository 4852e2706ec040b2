#include <algorithm>

#include "base/nearest_word.h"
#include "capability/fused_patterns.h"
#include "capability/op_blocks.h"
#include "capability/op_groups.h"
#include "capability/pattern_sequence.h"
#include "capability/quantization_units.h"
#include "capability/target.h"
#include "capability/unit_capability.h"
#include "capability/user_rules.h"
#include "halftone/error.h"

namespace halftone {
namespace {

Version version_of(const std::string& text) {
  if (const auto version = parse_version(text)) return *version;
  throw Error(ErrorCode::unsupported, "'" + text + "' is not a version of the form major.minor.patch");
}

std::vector<const CapabilitySection*> sections_for(const std::vector<CapabilityFile>& files, const Version& version) {
  std::vector<const CapabilitySection*> sections;
  for (const CapabilityFile& file : files) sections.push_back(&file.section_for(version));
  return sections;
}

/// The alternatives of all files and precisions; an op type in several has those of the first file first, and of one
/// file those of the first precision.
std::map<std::string, std::vector<Alternative>> merged_alternatives(
    const std::vector<const CapabilitySection*>& sections) {
  std::map<std::string, std::vector<Alternative>> merged;
  for (const CapabilitySection* section : sections) {
    for (const std::string& precision : section->precisions) {
      const auto entries = section->capabilities.find(precision);
      if (entries == section->capabilities.end()) continue;
      for (const auto& [type, alternatives] : entries->second) {
        for (const Alternative& alternative : alternatives) {
          merged[type].push_back(alternative);
          // Sections that are not read from a file name the precision here alone.
          merged[type].back().precision = precision;
        }
      }
    }
  }
  return merged;
}

std::set<std::string> op_types_known_to(const std::vector<CapabilityFile>& files) {
  std::set<std::string> types;
  for (const CapabilityFile& file : files) types.insert(file.known_op_types.begin(), file.known_op_types.end());
  return types;
}

std::set<std::string> op_types_named_by(const CapabilitySection& section) {
  std::set<std::string> types;
  for (const auto& [precision, named] : section.ops) types.insert(named.begin(), named.end());
  types.erase("*");  // stands for all
  for (const auto& [precision, entries] : section.capabilities) {
    for (const auto& [type, alternatives] : entries) types.insert(type);
  }
  for (const PatternSequence& pattern : section.patterns) {
    for (const std::vector<std::string>& position : pattern.positions) types.insert(position.begin(), position.end());
  }
  return types;
}

/// What stands under no precision has to name its own.
CapabilitySection with_known_precisions(CapabilitySection section) {
  for (const auto& [op, alternatives] : section.of_ops) {
    for (const Alternative& alternative : alternatives) {
      if (std::ranges::find(section.precisions, alternative.precision) != section.precisions.end()) continue;
      throw Error(ErrorCode::invalid_argument,
                  "an alternative of op '" + op + "' has the precision '" + alternative.precision +
                      "', which its section does not have",
                  suggest(alternative.precision, section.precisions));
    }
  }
  return section;
}

std::vector<PatternSequence> patterns_for(const std::vector<PatternSequence>& patterns, const Target& target) {
  std::vector<PatternSequence> kept;
  for (const PatternSequence& pattern : patterns) {
    if (!first_lacking(target, pattern.requires_isa)) kept.push_back(pattern);
  }
  return kept;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

QueryBackendCapability::QueryBackendCapability(const std::vector<CapabilityFile>& files, std::string version_text)
    : version_text_(std::move(version_text)),
      section_(united(sections_for(files, version_of(version_text_)))),
      known_op_types_(op_types_known_to(files)),
      alternatives_(merged_alternatives(sections_for(files, version_of(version_text_)))) {}

QueryBackendCapability::QueryBackendCapability(CapabilitySection section, std::string version_text)
    : version_text_(std::move(version_text)),
      section_(with_known_precisions(std::move(section))),
      known_op_types_(op_types_named_by(section_)),
      alternatives_(merged_alternatives({&section_})) {}

QueryBackendCapability::~QueryBackendCapability() = default;

std::vector<std::string> QueryBackendCapability::get_precisions() const { return section().precisions; }

std::vector<std::vector<std::string>> QueryBackendCapability::get_mixed_precision_combination(
    const Target& target) const {
  std::vector<std::vector<std::string>> combinations;
  for (const MixedPrecision& mixed : section().mixed_precisions) {
    if (!first_lacking(target, mixed.requires_isa)) combinations.push_back(mixed.precisions);
  }
  std::ranges::stable_sort(combinations, std::greater{}, &std::vector<std::string>::size);
  return combinations;
}

std::map<std::string, std::vector<std::string>> QueryBackendCapability::get_op_types() const { return section().ops; }

std::vector<std::string> QueryBackendCapability::get_op_types_by_precision(const std::string& precision) const {
  const CapabilitySection& current = section();
  if (const auto found = current.ops.find(precision); found != current.ops.end()) return found->second;
  if (std::ranges::find(current.precisions, precision) != current.precisions.end()) return {};
  throw Error(ErrorCode::invalid_argument, "the backend has no precision '" + precision + "'",
              suggest(precision, current.precisions));
}

std::map<std::string, std::vector<std::string>> QueryBackendCapability::get_fuse_patterns() const {
  std::map<std::string, std::vector<std::string>> patterns;
  for (const PatternSequence& sequence : section().patterns) {
    for (const std::string& type : sequence.positions.front()) patterns[type].push_back(sequence.text);
  }
  return patterns;
}

std::vector<PatternInstance> QueryBackendCapability::get_pattern_instances(const std::string& sequence) const {
  const auto asked = parse_pattern_sequence(sequence);
  std::vector<std::string> known;
  for (const PatternSequence& pattern : section().patterns) {
    if (asked && pattern.positions == asked->positions) return pattern_instances(pattern);
    known.push_back(pattern.text);
  }
  throw Error(ErrorCode::invalid_argument, "the backend has no fusion '" + sequence + "'", suggest(sequence, known));
}

const std::map<std::string, std::vector<Alternative>>& QueryBackendCapability::get_quantization_capability() const {
  return alternatives_;
}

void QueryBackendCapability::set_quantization_config(UserConstraints constraints) {
  check_rules(constraints);
  constraints_ = std::move(constraints);
}

Capability QueryBackendCapability::capability_of(const GraphView& graph, const Target& target) const {
  std::vector<std::string> allowed;
  for (const std::vector<std::string>& combination : get_mixed_precision_combination(target)) {
    allowed.insert(allowed.end(), combination.begin(), combination.end());
  }
  return capability_within(graph, target, {std::move(allowed), "the target " + target.isa});
}

Capability QueryBackendCapability::capability_of(const GraphView& graph, const Target& target,
                                                 const std::vector<std::string>& combination) const {
  const auto combinations = get_mixed_precision_combination(target);
  const std::string name = "the combination " + joined(combination);
  if (std::ranges::find(combinations, combination) != combinations.end()) {
    return capability_within(graph, target, {combination, name});
  }
  std::string known;
  for (const auto& other : combinations) known += (known.empty() ? "" : "; ") + joined(other);
  throw Error(ErrorCode::invalid_argument, name + " is none that the target " + target.isa + " allows",
              "it allows " + (known.empty() ? "none" : known));
}

Capability QueryBackendCapability::capability_within(const GraphView& graph, const Target& target,
                                                     const AllowedPrecisions& allowed) const {
  const UserRules rules(graph, constraints_);
  const bool reduce_range = constraints_.reduce_range.value_or(target.saturates());
  const UnitContext context{graph,        alternatives_, section().of_ops, section().name(), target,
                            reduce_range, rules,         allowed.names,    allowed.by};
  const std::vector<PatternSequence> patterns = patterns_for(section().patterns, target);
  Capability capability;
  capability.section = context.section;
  for (const QuantizationUnit& unit : find_units(graph, patterns, rules.float_ops())) {
    capability.units.push_back(capability_of_unit(unit, context));
  }
  name_op_groups(graph, capability);
  capability.blocks = feed_forward_blocks(graph);
  capability.fusions = find_fusions(capability.units, patterns, context);
  capability.precision_combinations = get_mixed_precision_combination(target);
  capability.broken_fusions = find_broken_fusions(graph, patterns, rules);
  return capability;
}

}  // namespace halftone

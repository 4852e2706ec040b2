#include <algorithm>

#include "base/nearest_word.h"
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
        std::vector<Alternative>& all = merged[type];
        all.insert(all.end(), alternatives.begin(), alternatives.end());
      }
    }
  }
  return merged;
}

}  // namespace

QueryBackendCapability::QueryBackendCapability(const std::vector<CapabilityFile>& files, std::string version_text)
    : version_text_(std::move(version_text)),
      section_(united(sections_for(files, version_of(version_text_)))),
      alternatives_(merged_alternatives(sections_for(files, version_of(version_text_)))) {}

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

std::vector<std::vector<std::string>> QueryBackendCapability::get_pattern_instances(const std::string& sequence) const {
  std::vector<std::string> known;
  for (const PatternSequence& pattern : section().patterns) {
    if (pattern.text == sequence) return pattern_instances(pattern);
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
  const UserRules rules(graph, constraints_);
  const bool reduce_range = constraints_.reduce_range.value_or(target.saturates());
  const UnitContext context{graph, alternatives_, section().name(), target, reduce_range, rules};
  Capability capability;
  capability.section = context.section;
  for (const QuantizationUnit& unit : find_units(graph, section().patterns, rules.float_ops())) {
    capability.units.push_back(capability_of_unit(unit, context));
  }
  name_op_groups(graph, capability);
  return capability;
}

}  // namespace halftone

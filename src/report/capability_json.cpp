#include "report/capability_json.h"

#include "capability/enum_words.h"

namespace halftone {
namespace {

Json json_of(const OpConditions& conditions) {
  Json json = Json::object();
  for (const InputRole role : conditions.constant) json["constant"].push_back(to_string(role));
  if (!conditions.attributes.empty()) json["attributes"] = conditions.attributes;
  return json;
}

Json json_of(const PatternInstance& instance) {
  Json when = Json::object();
  for (const auto& [type, conditions] : instance.when) when[type] = json_of(conditions);
  return {{"ops", instance.ops}, {"when", when}, {"requires", instance.requires_isa}};
}

Json instances_json(const QueryBackendCapability& query) {
  Json instances = Json::object();
  for (const PatternSequence& sequence : query.section().patterns) {
    Json& list = instances[sequence.text] = Json::array();
    for (const PatternInstance& instance : query.get_pattern_instances(sequence.text))
      list.push_back(json_of(instance));
  }
  return instances;
}

}  // namespace

Json backend_json(const QueryBackendCapability& query, const Target& target) {
  return {{"version", query.get_version()},
          {"precisions", query.get_precisions()},
          {"mixed_precision_combinations", query.get_mixed_precision_combination(target)},
          {"op_types_by_precision", query.get_op_types()},
          {"fuse_patterns", query.get_fuse_patterns()},
          {"pattern_instances", instances_json(query)}};
}

Json groups_json(const Capability& capability) {
  Json groups = capability.groups;
  groups["blocks"] = capability.blocks;
  return groups;
}

}  // namespace halftone

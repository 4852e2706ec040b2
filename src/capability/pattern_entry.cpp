#include "capability/pattern_entry.h"

#include <algorithm>

#include "base/nearest_word.h"
#include "capability/condition_entry.h"
#include "capability/enum_words.h"
#include "capability/listed.h"
#include "capability/pattern_sequence.h"
#include "capability/target.h"

namespace halftone {
namespace {

std::vector<std::string> types_of(const PatternSequence& sequence) {
  std::vector<std::string> types;
  for (const std::vector<std::string>& position : sequence.positions) {
    types.insert(types.end(), position.begin(), position.end());
  }
  return types;
}

PatternSequence read_sequence(const StrictYaml& yaml, const std::vector<std::string>& known_op_types) {
  auto sequence = parse_pattern_sequence(yaml.text());
  if (!sequence) {
    yaml.fail("'" + yaml.text() + "' is not a sequence of op types; write two or more, such as 'A + B|C'");
  }
  for (const std::string& type : types_of(*sequence)) {
    if (std::ranges::find(known_op_types, type) != known_op_types.end()) continue;
    yaml.fail("unknown op type '" + type + "'; " + suggest(type, known_op_types));
  }
  return *std::move(sequence);
}

}  // namespace

PatternSequence read_pattern(const StrictYaml& yaml, const std::vector<std::string>& known_op_types) {
  if (!yaml.is_map()) return read_sequence(yaml, known_op_types);
  yaml.expect_keys({"sequence", "when", "requires"});
  PatternSequence sequence = read_sequence(yaml.at("sequence"), known_op_types);
  if (const auto conditions = yaml.find("when")) {
    conditions->expect_keys(types_of(sequence));
    for (const auto& [type, stated] : conditions->entries()) sequence.when[type] = read_conditions(stated);
  }
  if (const auto needed = yaml.find("requires")) {
    sequence.requires_isa = read_distinct_words(listed(*needed), instruction_set_features());
  }
  return sequence;
}

}  // namespace halftone

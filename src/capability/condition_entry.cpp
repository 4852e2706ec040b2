#include "capability/condition_entry.h"

#include "capability/enum_words.h"
#include "capability/listed.h"

namespace halftone {

OpConditions read_conditions(const StrictYaml& yaml) {
  yaml.expect_keys({"constant", "attributes"});
  if (yaml.entries().empty()) yaml.fail("no condition stands here; state 'constant' or 'attributes'");
  OpConditions conditions;
  if (const auto constant = yaml.find("constant")) conditions.constant = read_word_list<InputRole>(listed(*constant));
  if (const auto attributes = yaml.find("attributes")) {
    for (const auto& [name, values] : attributes->entries()) conditions.attributes[name] = listed(values).texts();
    if (conditions.attributes.empty()) attributes->fail("no attribute stands here");
  }
  return conditions;
}

}  // namespace halftone

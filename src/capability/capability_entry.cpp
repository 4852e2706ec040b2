#include "capability/capability_entry.h"

#include <algorithm>

#include "capability/enum_words.h"
#include "capability/target.h"

namespace halftone {
namespace {

SpecChoices read_spec_choices(const StrictYaml& yaml) {
  yaml.expect_keys({"dtype", "scheme", "granularity", "algorithm"});
  return {.dtypes = read_word_list<DType>(yaml.at("dtype")),
          .schemes = read_word_list<Scheme>(yaml.at("scheme")),
          .granularities = read_word_list<Granularity>(yaml.at("granularity")),
          .algorithms = read_word_list<RangeMethod>(yaml.at("algorithm"))};
}

std::vector<std::string> read_attribute_values(const StrictYaml& yaml) {
  std::vector<std::string> values = yaml.texts();
  if (values.empty()) yaml.fail("an attribute needs at least one value");
  return values;
}

OpConditions read_conditions(const StrictYaml& yaml) {
  yaml.expect_keys({"constant", "attributes"});
  OpConditions conditions;
  if (const auto constant = yaml.find("constant")) conditions.constant = read_word_list<InputRole>(*constant);
  if (const auto attributes = yaml.find("attributes")) {
    for (const auto& [name, values] : attributes->entries()) {
      conditions.attributes[name] = read_attribute_values(values);
    }
  }
  return conditions;
}

Alternative read_alternative(const StrictYaml& yaml) {
  yaml.expect_keys(
      {"quant_mode", "format", "weight", "activation", "when", "runs", "float_output", "requires", "advice"});
  Alternative alternative;
  alternative.quant_mode = read_word<QuantMode>(yaml.at("quant_mode"));
  alternative.format = read_word<QuantFormat>(yaml.at("format"));
  alternative.activation = read_spec_choices(yaml.at("activation"));
  alternative.runs = read_word<Runs>(yaml.at("runs"));
  if (const auto weight = yaml.find("weight")) alternative.weight = read_spec_choices(*weight);
  if (const auto conditions = yaml.find("when")) alternative.when = read_conditions(*conditions);
  if (const auto float_output = yaml.find("float_output")) alternative.float_output = float_output->boolean();
  if (const auto advice = yaml.find("advice")) alternative.advice = read_word<Advice>(*advice);
  if (const auto needed = yaml.find("requires")) {
    alternative.requires_isa = read_distinct_words(*needed, instruction_set_features());
  }
  return alternative;
}

}  // namespace

std::vector<Alternative> read_alternatives(const StrictYaml& yaml) {
  std::vector<Alternative> alternatives;
  for (const StrictYaml& item : yaml.items()) alternatives.push_back(read_alternative(item));
  return alternatives;
}

}  // namespace halftone

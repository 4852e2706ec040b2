#include "capability/capability_entry.h"

#include <algorithm>

#include "capability/enum_words.h"
#include "capability/group_sizes.h"
#include "capability/target.h"

namespace halftone {
namespace {

/// Values that stay in float have a type and nothing else to choose.
SpecChoices float_spec(const StrictYaml& yaml, std::vector<DType> dtypes) {
  for (const auto& [key, value] : yaml.entries()) {
    if (key != "dtype") value.fail("values in float have no " + key);
  }
  return {std::move(dtypes), {Scheme::symmetric}, {Granularity::per_tensor}, {RangeMethod::minmax}, {}};
}

std::vector<int> group_sizes_of(const StrictYaml& yaml, const SpecChoices& choices) {
  const auto& granularities = choices.granularities;
  const bool in_groups = std::ranges::find(granularities, Granularity::per_group) != granularities.end();
  const auto sizes = yaml.find("group_size");
  if (in_groups && !sizes) yaml.fail("granularity per_group needs a list group_size");
  if (!in_groups && sizes) sizes->fail("group_size is for granularity per_group");
  return sizes ? read_group_sizes(*sizes) : std::vector<int>{};
}

/// Groups of an activation are as large as those of its weight.
enum class Of { weight, activation };

SpecChoices read_spec_choices(const StrictYaml& yaml, Of tensor) {
  yaml.expect_keys({"dtype", "scheme", "granularity", "group_size", "algorithm"});
  std::vector<DType> dtypes = read_word_list<DType>(yaml.at("dtype"));
  if (std::ranges::all_of(dtypes, is_float)) return float_spec(yaml, std::move(dtypes));
  SpecChoices choices{.dtypes = std::move(dtypes),
                      .schemes = read_word_list<Scheme>(yaml.at("scheme")),
                      .granularities = read_word_list<Granularity>(yaml.at("granularity")),
                      .algorithms = read_word_list<RangeMethod>(yaml.at("algorithm")),
                      .group_sizes = {}};
  if (tensor == Of::weight) choices.group_sizes = group_sizes_of(yaml, choices);
  if (const auto sizes = yaml.find("group_size"); sizes && tensor == Of::activation) {
    sizes->fail("an activation's groups are as large as those of its weight");
  }
  return choices;
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
  alternative.activation = read_spec_choices(yaml.at("activation"), Of::activation);
  alternative.runs = read_word<Runs>(yaml.at("runs"));
  if (const auto weight = yaml.find("weight")) alternative.weight = read_spec_choices(*weight, Of::weight);
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

#include "capability/capability_entry.h"

#include <algorithm>

#include "capability/condition_entry.h"
#include "capability/enum_words.h"
#include "capability/group_sizes.h"
#include "capability/listed.h"
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

bool is_per_group(const SpecChoices& choices) {
  return std::ranges::find(choices.granularities, Granularity::per_group) != choices.granularities.end();
}

std::vector<int> group_sizes_of(const StrictYaml& yaml, const SpecChoices& choices) {
  const bool in_groups = is_per_group(choices);
  const auto sizes = yaml.find("group_size");
  if (in_groups && !sizes) yaml.fail("granularity per_group needs a list group_size");
  if (!in_groups && sizes) sizes->fail("group_size is for granularity per_group");
  return sizes ? read_group_sizes(listed(*sizes)) : std::vector<int>{};
}

/// Groups of an activation are as large as those of its weight.
enum class Of { weight, activation };

SpecChoices read_spec_choices(const StrictYaml& yaml, Of tensor) {
  yaml.expect_keys({"dtype", "scheme", "granularity", "group_size", "algorithm"});
  std::vector<DType> dtypes = read_word_list<DType>(listed(yaml.at("dtype")));
  if (std::ranges::all_of(dtypes, is_float)) return float_spec(yaml, std::move(dtypes));
  if (std::ranges::any_of(dtypes, is_float)) yaml.at("dtype").fail("integers and floats do not mix in one list");
  SpecChoices choices{.dtypes = std::move(dtypes),
                      .schemes = read_word_list<Scheme>(listed(yaml.at("scheme"))),
                      .granularities = read_word_list<Granularity>(listed(yaml.at("granularity"))),
                      .algorithms = read_word_list<RangeMethod>(listed(yaml.at("algorithm"))),
                      .group_sizes = {}};
  if (tensor == Of::weight) choices.group_sizes = group_sizes_of(yaml, choices);
  if (const auto sizes = yaml.find("group_size"); sizes && tensor == Of::activation) {
    sizes->fail("an activation's groups are as large as those of its weight");
  }
  return choices;
}

/// What no list alone shows: whether the lists of one alternative fit each other.
void check_weight(const StrictYaml& yaml, const Alternative& alternative) {
  if (!alternative.weight) {
    if (alternative.quant_mode == QuantMode::weight_only) yaml.fail("quant_mode weight_only needs a weight");
    return;
  }
  if (std::ranges::any_of(alternative.weight->dtypes, is_float)) {
    yaml.at("weight").at("dtype").fail("weights of " + alternative.precision + " are integers, not floats");
  }
}

void check_activation(const StrictYaml& yaml, const Alternative& alternative) {
  const SpecChoices& activation = alternative.activation;
  if (is_per_group(activation) && !(alternative.weight && is_per_group(*alternative.weight))) {
    yaml.at("granularity").fail("an activation is per_group where its weight is; the groups are the weight's");
  }
  const bool is_measured = alternative.quant_mode == QuantMode::dynamic;
  if (is_measured && activation.algorithms != std::vector<RangeMethod>{RangeMethod::minmax}) {
    yaml.at("algorithm").fail("a range taken at run time (quant_mode dynamic) is minmax, without a choice");
  }
}

Alternative read_alternative(const StrictYaml& yaml, const std::string& precision) {
  yaml.expect_keys(
      {"quant_mode", "format", "weight", "activation", "when", "runs", "float_output", "requires", "advice"});
  Alternative alternative{.precision = precision};
  alternative.quant_mode = read_word<QuantMode>(yaml.at("quant_mode"));
  alternative.format = read_word<QuantFormat>(yaml.at("format"));
  alternative.activation = read_spec_choices(yaml.at("activation"), Of::activation);
  alternative.runs = read_word<Runs>(yaml.at("runs"));
  if (const auto weight = yaml.find("weight")) alternative.weight = read_spec_choices(*weight, Of::weight);
  if (const auto conditions = yaml.find("when")) alternative.when = read_conditions(*conditions);
  if (const auto float_output = yaml.find("float_output")) alternative.float_output = float_output->boolean();
  if (const auto advice = yaml.find("advice")) alternative.advice = read_word<Advice>(*advice);
  if (const auto needed = yaml.find("requires")) {
    alternative.requires_isa = read_distinct_words(listed(*needed), instruction_set_features());
  }
  check_weight(yaml, alternative);
  check_activation(yaml.at("activation"), alternative);
  return alternative;
}

}  // namespace

std::vector<Alternative> read_alternatives(const StrictYaml& yaml, const std::string& precision) {
  std::vector<Alternative> alternatives;
  for (const StrictYaml& item : listed(yaml).items()) alternatives.push_back(read_alternative(item, precision));
  return alternatives;
}

}  // namespace halftone

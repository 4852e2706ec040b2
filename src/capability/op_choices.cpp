#include "capability/op_choices.h"

#include <utility>

namespace halftone {
namespace {

std::vector<QuantSpec> activation_specs(const SpecChoices& choices) {
  std::vector<QuantSpec> specs;
  for (const Scheme scheme : choices.schemes) {
    for (const RangeMethod algorithm : choices.algorithms) {
      for (const Granularity granularity : choices.granularities) {
        for (const DType dtype : choices.dtypes) {
          specs.push_back({.dtype = dtype, .scheme = scheme, .granularity = granularity, .range_method = algorithm});
        }
      }
    }
  }
  return specs;
}

/// A granularity with the size of its groups, 0 where it has none.
std::vector<std::pair<Granularity, int>> granularities_of(const SpecChoices& choices) {
  std::vector<std::pair<Granularity, int>> all;
  for (const Granularity granularity : choices.granularities) {
    if (granularity != Granularity::per_group) {
      all.emplace_back(granularity, 0);
      continue;
    }
    for (const int size : choices.group_sizes) all.emplace_back(granularity, size);
  }
  return all;
}

std::vector<QuantSpec> weight_specs(const SpecChoices& choices, bool reduce_range) {
  std::vector<QuantSpec> specs;
  for (const Scheme scheme : choices.schemes) {
    for (const auto& [granularity, group_size] : granularities_of(choices)) {
      for (const RangeMethod algorithm : choices.algorithms) {
        for (const DType dtype : choices.dtypes) {
          specs.push_back({.dtype = dtype,
                           .scheme = scheme,
                           .granularity = granularity,
                           .range_method = algorithm,
                           .group_size = group_size,
                           .reduce_range = reduce_range && bit_width(dtype) == 8});
        }
      }
    }
  }
  return specs;
}

QuantSpec with_groups_of(const std::optional<QuantSpec>& weight, QuantSpec activation) {
  if (weight && activation.granularity == Granularity::per_group) activation.group_size = weight->group_size;
  return activation;
}

std::string text_of(const QuantSpec& spec) {
  std::string text(to_string(spec.dtype));
  if (is_float(spec.dtype)) return text;
  for (const std::string_view word : {to_string(spec.scheme), to_string(spec.granularity)}) {
    text.append(" ").append(word);
  }
  if (spec.granularity == Granularity::per_group) text.append(" ").append(std::to_string(spec.group_size));
  if (spec.range_method != RangeMethod::minmax) text.append(" ").append(to_string(spec.range_method));
  if (spec.reduce_range) text += " reduced";
  return text;
}

}  // namespace

std::string to_string(const OpChoice& choice) {
  std::string text(to_string(choice.quant_mode));
  text.append(" ").append(text_of(choice.activation));
  if (choice.weight) text.append(", weight ").append(text_of(*choice.weight));
  return text;
}

std::vector<OpChoice> expand(const Alternative& alternative, bool reduce_range) {
  std::vector<std::optional<QuantSpec>> weights{std::nullopt};
  if (alternative.weight) {
    const bool multiplies_integers = alternative.quant_mode != QuantMode::weight_only;
    const std::vector<QuantSpec> specs = weight_specs(*alternative.weight, multiplies_integers && reduce_range);
    weights.assign(specs.begin(), specs.end());
  }
  std::vector<OpChoice> choices;
  for (const QuantSpec& activation : activation_specs(alternative.activation)) {
    for (const std::optional<QuantSpec>& weight : weights) {
      choices.push_back({.quant_mode = alternative.quant_mode,
                         .format = alternative.format,
                         .weight = weight,
                         .activation = with_groups_of(weight, activation),
                         .runs = alternative.runs,
                         .float_output = alternative.float_output,
                         .advice = alternative.advice});
    }
  }
  return choices;
}

}  // namespace halftone

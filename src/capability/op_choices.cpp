#include "capability/op_choices.h"

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

std::vector<QuantSpec> weight_specs(const SpecChoices& choices, bool saturates) {
  std::vector<QuantSpec> specs;
  for (const Scheme scheme : choices.schemes) {
    for (const Granularity granularity : choices.granularities) {
      for (const RangeMethod algorithm : choices.algorithms) {
        for (const DType dtype : choices.dtypes) {
          specs.push_back({.dtype = dtype,
                           .scheme = scheme,
                           .granularity = granularity,
                           .range_method = algorithm,
                           .reduce_range = saturates && bit_width(dtype) == 8});
        }
      }
    }
  }
  return specs;
}

std::string text_of(const QuantSpec& spec) {
  std::string text(to_string(spec.dtype));
  for (const std::string_view word : {to_string(spec.scheme), to_string(spec.granularity)}) {
    text.append(" ").append(word);
  }
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

std::vector<OpChoice> expand(const Alternative& alternative, const Target& target) {
  std::vector<std::optional<QuantSpec>> weights{std::nullopt};
  if (alternative.weight) {
    const std::vector<QuantSpec> specs = weight_specs(*alternative.weight, target.saturates());
    weights.assign(specs.begin(), specs.end());
  }
  std::vector<OpChoice> choices;
  for (const QuantSpec& activation : activation_specs(alternative.activation)) {
    for (const std::optional<QuantSpec>& weight : weights) {
      choices.push_back({.quant_mode = alternative.quant_mode,
                         .format = alternative.format,
                         .weight = weight,
                         .activation = activation,
                         .runs = alternative.runs,
                         .float_output = alternative.float_output,
                         .advice = alternative.advice});
    }
  }
  return choices;
}

}  // namespace halftone

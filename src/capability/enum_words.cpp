#include "capability/enum_words.h"

#include <algorithm>

namespace halftone {

std::string_view to_string(Runs runs) {
  switch (runs) {
    case Runs::int8:
      return "int8";
    case Runs::moves:
      return "moves";
    case Runs::float_between:
      return "float_between";
  }
  return "?";
}

std::string_view to_string(Advice advice) {
  switch (advice) {
    case Advice::first_choice:
      return "first_choice";
    case Advice::closer_to_float:
      return "closer_to_float";
    case Advice::on_request:
      return "on_request";
  }
  return "?";
}

std::string_view to_string(InputRole role) {
  switch (role) {
    case InputRole::activation:
      return "activation";
    case InputRole::weight:
      return "weight";
    case InputRole::bias:
      return "bias";
    case InputRole::parameter:
      return "parameter";
  }
  return "?";
}

template <>
const std::vector<DType>& named_values<DType>() {
  static const std::vector<DType> kValues{DType::s8, DType::u8,  DType::s16,  DType::u16, DType::s4,
                                          DType::u4, DType::f16, DType::bf16, DType::f32};
  return kValues;
}

template <>
const std::vector<Scheme>& named_values<Scheme>() {
  static const std::vector<Scheme> kValues{Scheme::symmetric, Scheme::asymmetric};
  return kValues;
}

template <>
const std::vector<Granularity>& named_values<Granularity>() {
  static const std::vector<Granularity> kValues{Granularity::per_tensor, Granularity::per_channel,
                                                Granularity::per_group};
  return kValues;
}

template <>
const std::vector<RangeMethod>& named_values<RangeMethod>() {
  static const std::vector<RangeMethod> kValues{RangeMethod::minmax, RangeMethod::percentile, RangeMethod::kl,
                                                RangeMethod::mse};
  return kValues;
}

template <>
const std::vector<QuantMode>& named_values<QuantMode>() {
  static const std::vector<QuantMode> kValues{QuantMode::static_, QuantMode::dynamic, QuantMode::weight_only,
                                              QuantMode::qat};
  return kValues;
}

template <>
const std::vector<QuantFormat>& named_values<QuantFormat>() {
  static const std::vector<QuantFormat> kValues{QuantFormat::qdq, QuantFormat::qlinear, QuantFormat::integer};
  return kValues;
}

template <>
const std::vector<Runs>& named_values<Runs>() {
  static const std::vector<Runs> kValues{Runs::int8, Runs::moves, Runs::float_between};
  return kValues;
}

template <>
const std::vector<Advice>& named_values<Advice>() {
  static const std::vector<Advice> kValues{Advice::first_choice, Advice::closer_to_float, Advice::on_request};
  return kValues;
}

template <>
const std::vector<InputRole>& named_values<InputRole>() {
  static const std::vector<InputRole> kValues{InputRole::activation, InputRole::weight, InputRole::bias,
                                              InputRole::parameter};
  return kValues;
}

std::vector<std::string> read_distinct_words(const StrictYaml& yaml, const std::vector<std::string>& known) {
  std::vector<std::string> words;
  for (const StrictYaml& item : yaml.items()) {
    const std::string word = item.word(known);
    if (std::ranges::find(words, word) != words.end()) item.fail("'" + word + "' stands twice in the list");
    words.push_back(word);
  }
  return words;
}

}  // namespace halftone

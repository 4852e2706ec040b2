#pragma once

#include <string>
#include <vector>

#include "base/strict_yaml.h"
#include "halftone/capability.h"

namespace halftone {

std::string_view to_string(InputRole role);

/// Every value that a capability file may name, in the order messages list them.
template <typename Enum>
const std::vector<Enum>& named_values();

/// Types that an op's inputs may have in a kernel; other dtypes hold no quantized or float activations.
template <>
const std::vector<DType>& named_values<DType>();
template <>
const std::vector<Scheme>& named_values<Scheme>();
template <>
const std::vector<Granularity>& named_values<Granularity>();
template <>
const std::vector<RangeMethod>& named_values<RangeMethod>();
template <>
const std::vector<QuantMode>& named_values<QuantMode>();
template <>
const std::vector<QuantFormat>& named_values<QuantFormat>();
template <>
const std::vector<Runs>& named_values<Runs>();
template <>
const std::vector<Advice>& named_values<Advice>();
template <>
const std::vector<InputRole>& named_values<InputRole>();

/// Spellings of named_values().
template <typename Enum>
std::vector<std::string> words_of() {
  std::vector<std::string> words;
  for (const Enum value : named_values<Enum>()) words.emplace_back(to_string(value));
  return words;
}

/// A scalar that is one of words_of<Enum>(). Throws configuration.
template <typename Enum>
Enum read_word(const StrictYaml& yaml) {
  const std::string word = yaml.word(words_of<Enum>());
  for (const Enum value : named_values<Enum>()) {
    if (to_string(value) == word) return value;
  }
  yaml.fail("unknown word '" + word + "'");
}

/// Text of each item of a list (or a scalar), each at most once and one of `known`. Throws configuration.
std::vector<std::string> read_distinct_words(const StrictYaml& yaml, const std::vector<std::string>& known);

/// A list (or a scalar) of words, each at most once. Throws configuration.
template <typename Enum>
std::vector<Enum> read_word_list(const StrictYaml& yaml) {
  read_distinct_words(yaml, words_of<Enum>());
  std::vector<Enum> values;
  for (const StrictYaml& item : yaml.items()) values.push_back(read_word<Enum>(item));
  return values;
}

}  // namespace halftone

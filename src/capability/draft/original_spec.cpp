#include "capability/draft/original_spec.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace halftone::draft {
namespace {

constexpr int kLargestGroup = 65'536;

struct Translation {
  std::string_view original;
  std::string_view ours;  ///< empty: has no counterpart
  std::string_view why = {};
};

constexpr std::string_view kUnknown = "is not known here";

constexpr std::array<Translation, 8> kDTypes{{{"int8", "int8"},
                                              {"uint8", "uint8"},
                                              {"int4", "int4"},
                                              {"uint4", "uint4"},
                                              {"int16", "int16"},
                                              {"fp32", "fp32"},
                                              {"bf16", "bf16"},
                                              {"fp16", "fp16"}}};
constexpr std::array<Translation, 3> kSchemes{
    {{"sym", "symmetric"}, {"asym", "asymmetric"}, {"asym_float", "", "zero points in float have no counterpart"}}};
constexpr std::array<Translation, 3> kGranularities{
    {{"per_tensor", "per_tensor"}, {"per_channel", "per_channel"}, {"per_group", "per_group"}}};
constexpr std::string_view kByData = "weights that are rounded by data or training are no range method";
constexpr std::array<Translation, 10> kAlgorithms{{{"minmax", "minmax"},
                                                   {"kl", "kl"},
                                                   {"percentile", "percentile"},
                                                   {"mse", "mse"},
                                                   {"rtn", "minmax"},
                                                   {"placeholder", "minmax"},
                                                   {"awq", "", kByData},
                                                   {"gptq", "", kByData},
                                                   {"teq", "", kByData},
                                                   {"autoround", "", kByData}}};

std::string lower_case(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

void add_new(std::vector<std::string>& words, std::string_view word) {
  if (std::ranges::find(words, word) == words.end()) words.emplace_back(word);
}

template <std::size_t size>
std::vector<std::string> translated(const StrictYaml& yaml, std::string_view key,
                                    const std::array<Translation, size>& table, Notes& notes) {
  std::vector<std::string> words;
  const auto value = yaml.find(key);
  if (!value) return words;
  for (const std::string& word : words_of(*value)) {
    const auto found = std::ranges::find(table, lower_case(word), &Translation::original);
    const bool is_known = found != table.end();
    if (is_known && !found->ours.empty()) {
      add_new(words, found->ours);
    } else {
      notes.push_back(
          {value->line(), std::string(key) + " '" + word + "'", std::string(is_known ? found->why : kUnknown)});
    }
  }
  return words;
}

bool is_float_word(std::string_view dtype) { return dtype == "fp32" || dtype == "bf16" || dtype == "fp16"; }

/// Floats beside integers say that the op may stay in float, which needs no word in our files.
void keep_integers(std::vector<std::string>& dtypes) {
  if (!std::ranges::all_of(dtypes, is_float_word)) std::erase_if(dtypes, is_float_word);
}

std::optional<int> integer_of(const std::string& text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void read_group_sizes(const StrictYaml& yaml, Spec& spec, Notes& notes) {
  const auto value = yaml.find("group_size");
  if (!value) {
    spec.granularities = {"per_channel"};
    return;
  }
  for (const std::string& word : words_of(*value)) {
    const std::optional<int> size = integer_of(word);
    if (size == -1) {
      add_new(spec.granularities, "per_channel");
    } else if (size && *size >= 2 && *size <= kLargestGroup) {
      add_new(spec.granularities, "per_group");
      if (std::ranges::find(spec.group_sizes, *size) == spec.group_sizes.end()) spec.group_sizes.push_back(*size);
    } else {
      notes.push_back({value->line(), "group_size " + word, "groups have 2 to 65536 values"});
    }
  }
}

/// Widths in bits that a weight may have: by its types, or by `bits` where the type says none.
std::vector<int> widths_of(const StrictYaml& yaml, Notes& notes) {
  std::vector<int> widths;
  const auto add = [&](int line, const std::string& name, std::optional<int> width) {
    if (width != 4 && width != 8) {
      notes.push_back({line, name, "weights of 4 and of 8 bits are known here"});
    } else if (std::ranges::find(widths, *width) == widths.end()) {
      widths.push_back(*width);
    }
  };
  const auto dtype = yaml.find("dtype"), bits = yaml.find("bits");
  const std::vector<std::string> types = dtype ? words_of(*dtype) : std::vector<std::string>{"int"};
  for (const std::string& type : types) {
    if (type == "int" && bits) {
      for (const std::string& word : words_of(*bits)) add(bits->line(), "bits " + word, integer_of(word));
    } else {
      const bool is_integer = type == "int" || type == "int8" || type == "int4";
      add(dtype ? dtype->line() : yaml.line(), "dtype '" + type + "'",
          is_integer ? std::optional(type == "int4" ? 4 : 8) : std::nullopt);
    }
  }
  return widths;
}

}  // namespace

std::vector<std::string> words_of(const StrictYaml& yaml) {
  std::vector<std::string> words;
  for (const std::string& text :
       yaml.is_sequence() && yaml.items_or_none().empty() ? std::vector<std::string>{} : yaml.texts()) {
    std::size_t begin = 0;
    while (begin <= text.size()) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const std::size_t first = text.find_first_not_of(' ', begin);
      if (first < end) words.push_back(text.substr(first, text.find_last_not_of(' ', end - 1) - first + 1));
      begin = end + 1;
    }
  }
  return words;
}

std::optional<Spec> read_spec(const StrictYaml& yaml, Notes& notes) {
  Spec spec{.dtypes = translated(yaml, "dtype", kDTypes, notes)};
  keep_integers(spec.dtypes);
  if (spec.dtypes.empty()) return std::nullopt;
  spec.is_float = is_float_word(spec.dtypes.front());
  if (spec.is_float) return spec;
  spec.schemes = translated(yaml, "scheme", kSchemes, notes);
  spec.granularities = translated(yaml, "granularity", kGranularities, notes);
  spec.algorithms = translated(yaml, "algorithm", kAlgorithms, notes);
  std::erase(spec.granularities, "per_group");
  if (spec.schemes.empty() || spec.granularities.empty() || spec.algorithms.empty()) return std::nullopt;
  return spec;
}

std::vector<std::pair<int, Spec>> read_weight_only_specs(const StrictYaml& yaml, Notes& notes) {
  Spec spec{.schemes = translated(yaml, "scheme", kSchemes, notes)};
  spec.algorithms = translated(yaml, "algorithm", kAlgorithms, notes);
  read_group_sizes(yaml, spec, notes);
  if (spec.algorithms.empty()) spec.algorithms = {"minmax"};
  std::vector<std::pair<int, Spec>> specs;
  if (spec.schemes.empty() || spec.granularities.empty()) return specs;
  for (const int width : widths_of(yaml, notes)) {
    spec.dtypes = {"int" + std::to_string(width)};
    specs.emplace_back(width, spec);
  }
  return specs;
}

}  // namespace halftone::draft

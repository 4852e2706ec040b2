#include "configuration/input_override.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/nearest_word.h"
#include "configuration/problem_list.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::string_view kForm = "write NAME=1x3x224x224 or NAME=1x3x224x224:int64";

std::vector<std::string> dtype_words() {
  std::vector<std::string> words;
  for (int i = 0; i <= static_cast<int>(DType::u4); ++i) words.emplace_back(to_string(static_cast<DType>(i)));
  return words;
}

DType parse_input_dtype(const std::string& name, std::string_view word) {
  const std::optional<DType> dtype = parse_dtype(word);
  if (dtype) return *dtype;
  throw Error(ErrorCode::invalid_argument, "input '" + name + "': unknown type '" + std::string(word) + "'",
              suggest(word, dtype_words()));
}

Shape parse_shape(const std::string& name, std::string_view text) {
  Shape shape;
  if (text == "scalar") return shape;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('x', begin), text.size());
    std::int64_t extent = 0;
    const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + end, extent);
    if (error != std::errc{} || stop != text.data() + end || extent < 1) {
      throw Error(ErrorCode::invalid_argument, "input '" + name + "': '" + std::string(text) + "' is not a shape",
                  std::string(kForm) + "; every extent is 1 or more");
    }
    shape.push_back(extent);
    begin = end + 1;
  }
  element_count(shape);  // throws where the product overflows
  return shape;
}

std::string shape_text(const StrictYaml& yaml) {
  if (!yaml.is_sequence()) return yaml.text();
  std::string text;
  for (const std::string& extent : yaml.texts()) text += (text.empty() ? "" : "x") + extent;
  return text;
}

/// The last word about an input holds.
void add_override(Config& config, InputOverride input) {
  auto& inputs = config.model.inputs;
  std::erase_if(inputs, [&](const InputOverride& other) { return other.name == input.name; });
  inputs.push_back(std::move(input));
}

void add_map(Config& config, const StrictYaml& map) {
  ProblemList problems;
  for (const auto& [name, node] : map.entries()) {
    try {
      add_override(config, parse_input_shape(name, shape_text(node)));
    } catch (const Error& error) {
      const std::string where = error.code() == ErrorCode::configuration ? "" : node.where() + ": ";
      problems.add(where + error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")"));
    }
  }
  problems.throw_lines_if_any();
}

}  // namespace

InputOverride parse_input_shape(std::string name, std::string_view text) {
  const std::size_t colon = text.find(':');
  InputOverride input;
  input.shape = parse_shape(name, text.substr(0, colon));
  if (colon != std::string_view::npos) input.dtype = parse_input_dtype(name, text.substr(colon + 1));
  input.name = std::move(name);
  return input;
}

InputOverride parse_input_override(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' does not describe an input",
                std::string(kForm));
  }
  return parse_input_shape(std::string(text.substr(0, equals)), text.substr(equals + 1));
}

void set_inputs(Config& config, const OptionValue& value) {
  const bool is_map = value.is_typed() ? value.text().starts_with('{') : true;
  if (is_map) return add_map(config, value.yaml());
  add_override(config, parse_input_override(value.text()));
}

}  // namespace halftone

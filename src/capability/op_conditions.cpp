#include <algorithm>
#include <charconv>

#include "capability/enum_words.h"
#include "halftone/capability.h"

namespace halftone {
namespace {

std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(const std::string& value) { return value; }
std::string text_of(float value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

template <typename Value>
std::string text_of(const std::vector<Value>& values) {
  std::string text;
  for (const Value value : values) text += (text.empty() ? "" : ", ") + text_of(value);
  return "[" + text + "]";
}

std::string text_of(const Attribute& attribute) {
  return std::visit([](const auto& value) { return text_of(value); }, attribute);
}

/// Whether a word of a capability file states the attribute's value: numbers by value ("1" and "1.0" are one float).
bool states(const std::string& word, const Attribute& attribute) {
  const float* const value = std::get_if<float>(&attribute);
  if (!value) return word == text_of(attribute);
  float stated = 0;
  const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), stated);
  return status == std::errc{} && end == word.data() + word.size() && stated == *value;
}

/// "a", "a or b", "a, b or c".
std::string listing(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

std::optional<std::string> OpConditions::first_unmet(const GraphView& graph, OpId op) const {
  const OpNode& node = graph.op(op);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const bool must_be_constant = std::ranges::find(constant, node.role(i)) != constant.end();
    if (!must_be_constant || node.inputs[i] == kNone || graph.tensor(node.inputs[i]).is_constant()) continue;
    return "its " + std::string(to_string(node.role(i))) + " is not a constant";
  }
  for (const auto& [name, allowed] : attributes) {
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end()) continue;
    const auto is_value = [&](const std::string& word) { return states(word, found->second); };
    if (std::ranges::any_of(allowed, is_value)) continue;
    return "its attribute " + name + " is " + text_of(found->second) + ", only " + listing(allowed) + " runs in int8";
  }
  return std::nullopt;
}

}  // namespace halftone

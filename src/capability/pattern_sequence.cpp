#include "capability/pattern_sequence.h"

#include <algorithm>

namespace halftone {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.emplace_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

bool is_op_type(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool has_duplicates(std::vector<std::string> words) {
  std::ranges::sort(words);
  return std::ranges::adjacent_find(words) != words.end();
}

std::vector<std::vector<std::string>> op_lists(const PatternSequence& sequence) {
  std::vector<std::vector<std::string>> lists{{}};
  for (const std::vector<std::string>& types : sequence.positions) {
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& begun : lists) {
      for (const std::string& type : types) {
        longer.push_back(begun);
        longer.back().push_back(type);
      }
    }
    lists = std::move(longer);
  }
  return lists;
}

}  // namespace

std::optional<PatternSequence> parse_pattern_sequence(std::string_view text) {
  PatternSequence sequence{.text = std::string(text), .positions = {}, .when = {}, .requires_isa = {}};
  std::size_t instances = 1;
  for (const std::string& position : split(text, '+')) {
    std::vector<std::string> types = split(position, '|');
    instances *= types.size();
    if (!std::ranges::all_of(types, is_op_type) || has_duplicates(types)) return std::nullopt;
    if (instances > kMostPatternInstances) return std::nullopt;
    sequence.positions.push_back(std::move(types));
  }
  if (sequence.positions.size() < 2 || sequence.positions.size() > kMostPatternPositions) return std::nullopt;
  return sequence;
}

std::vector<PatternInstance> pattern_instances(const PatternSequence& sequence) {
  std::vector<PatternInstance> instances;
  for (std::vector<std::string>& ops : op_lists(sequence)) {
    PatternInstance instance{.ops = std::move(ops), .when = {}, .requires_isa = sequence.requires_isa};
    for (const std::string& type : instance.ops) {
      if (const auto found = sequence.when.find(type); found != sequence.when.end()) instance.when.insert(*found);
    }
    instances.push_back(std::move(instance));
  }
  return instances;
}

}  // namespace halftone

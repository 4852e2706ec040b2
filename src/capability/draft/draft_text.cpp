#include "capability/draft/draft_text.h"

#include <algorithm>

#include "base/text_layout.h"

namespace halftone::draft {
namespace {

constexpr std::size_t kMostNotes = 200;
constexpr std::size_t kLongestWord = 100;
constexpr std::size_t kWidth = 118;

/// A text as it may stand in a comment: on one line, of a length that can be read.
std::string in_comment(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  if (text.size() > kLongestWord) text = text.substr(0, kLongestWord) + "…";
  return text;
}

std::string word(const std::string& text) {
  const bool is_plain = std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (is_plain && !text.empty()) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  return quoted + "\"";
}

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& each : words) text += (text.empty() ? "" : ", ") + word(each);
  return "[" + text + "]";
}

std::string spec_text(const Spec& spec) {
  std::string text = "{dtype: " + list(spec.dtypes);
  if (spec.is_float) return text + "}";
  text += ", scheme: " + list(spec.schemes) + ", granularity: " + list(spec.granularities);
  if (!spec.group_sizes.empty()) {
    std::vector<std::string> sizes;
    for (const int size : spec.group_sizes) sizes.push_back(std::to_string(size));
    text += ", group_size: " + list(sizes);
  }
  return text + ", algorithm: " + list(spec.algorithms) + "}";
}

std::string alternative_text(const Alternative& alternative) {
  std::string text =
      "        - quant_mode: " + alternative.quant_mode + "\n          format: " + alternative.format + "\n";
  if (alternative.weight) text += "          weight: " + spec_text(*alternative.weight) + "\n";
  text += "          activation: " + spec_text(alternative.activation) + "\n";
  if (alternative.weight) text += "          when: {constant: [weight]}\n";
  text += "          runs: int8\n";
  // Whether small is worth more than fast is for the user to say.
  return text + (alternative.quant_mode == "weight_only" ? "          advice: on_request\n" : "");
}

bool uses(const Section& section, const std::string& dtype) {
  const auto has = [&](const Spec& spec) { return std::ranges::find(spec.dtypes, dtype) != spec.dtypes.end(); };
  for (const auto& [precision, entries] : section.capabilities) {
    for (const auto& [type, alternatives] : entries) {
      for (const Alternative& each : alternatives) {
        if (has(each.activation) || (each.weight && has(*each.weight))) return true;
      }
    }
  }
  return false;
}

std::vector<std::string> precisions_of(const Section& section) {
  std::vector<std::string> names;
  for (const char* name : {"int4", "int8"}) {
    if (section.capabilities.contains(name)) names.emplace_back(name);
  }
  if (uses(section, "uint8")) names.emplace_back("uint8");
  for (const char* name : {"bf16", "fp16"}) {
    if (section.float_ops.contains(name)) names.emplace_back(name);
  }
  names.emplace_back("fp32");
  return names;
}

/// What the original states, as far as it speaks of precisions that are there; else all, and all that need no more of
/// the target than integers do.
std::vector<std::vector<std::string>> combinations_of(const Section& section, const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> combinations;
  const auto add = [&](std::vector<std::string> words) {
    std::erase_if(words, [&](const std::string& each) { return std::ranges::find(names, each) == names.end(); });
    std::vector<std::string> distinct;
    for (std::string& each : words) {
      if (std::ranges::find(distinct, each) == distinct.end()) distinct.push_back(std::move(each));
    }
    const bool is_new = std::ranges::find(combinations, distinct) == combinations.end();
    if (is_new && !distinct.empty()) combinations.push_back(std::move(distinct));
  };
  for (const std::vector<std::string>& stated : section.combinations) add(stated);
  if (!combinations.empty()) return combinations;
  add(names);
  std::vector<std::string> without = names;
  std::erase(without, "bf16");
  add(std::move(without));
  return combinations;
}

std::string precisions_text(const Section& section) {
  const std::vector<std::string> names = precisions_of(section);
  std::string text = "  precisions:\n    names: " + list(names) + "\n    valid_mixed_precision:\n";
  for (const std::vector<std::string>& combination : combinations_of(section, names)) {
    const bool has_bf16 = std::ranges::find(combination, "bf16") != combination.end();
    text += "      - {precisions: " + list(combination) + (has_bf16 ? ", requires: [avx512_bf16]" : "") + "}\n";
  }
  return text;
}

/// "    KEY: [a, b …]", broken into lines.
std::string op_list(const std::string& key, const std::vector<std::string>& types) {
  const std::string all = list(types);
  std::string text = "    " + key + ":";
  if (text.size() + 1 + all.size() <= kWidth) return text + " " + all + "\n";
  for (const std::string& line : wrapped(all, kWidth - 6)) text += "\n      " + line;
  return text + "\n";
}

std::string ops_text(const Section& section) {
  std::string text = "  ops:\n";
  for (const auto& [precision, entries] : section.capabilities) {
    std::vector<std::string> types;
    for (const auto& [type, alternatives] : entries) types.push_back(type);
    text += op_list(precision, types);
  }
  for (const auto& [precision, types] : section.float_ops) {
    const bool all = std::ranges::find(types, "*") != types.end();
    text += op_list(precision, all ? std::vector<std::string>{"*"} : types);
  }
  return text + "    fp32: [\"*\"]\n";
}

/// Writes entries, the first of those that are alike with an anchor.
class EntryWriter {
 public:
  std::string text_of(const OpEntries::value_type& entry) {
    const std::string key = "      " + word(entry.first) + ":";
    const auto known = std::ranges::find(anchored_, entry.second);
    if (known != anchored_.end()) return key + " *e" + std::to_string(known - anchored_.begin() + 1) + "\n";
    anchored_.push_back(entry.second);
    std::string text = key + " &e" + std::to_string(anchored_.size()) + "\n";
    for (const Alternative& alternative : entry.second) text += alternative_text(alternative);
    return text;
  }

 private:
  std::vector<std::vector<Alternative>> anchored_;
};

std::string section_text(const Section& section, const std::string& range, EntryWriter& writer) {
  std::string text = "\n- version: " + (range.empty() ? "default" : "{range: \"" + range + "\"}") + "\n";
  text += precisions_text(section) + ops_text(section);
  if (!section.capabilities.empty()) text += "  capabilities:\n";
  for (const auto& [precision, entries] : section.capabilities) {
    text += "    " + precision + ":\n";
    for (const auto& entry : entries) text += writer.text_of(entry);
  }
  if (section.patterns.empty()) return text;
  text += "  patterns:\n    int8:\n";
  for (const std::string& pattern : section.patterns) text += "      - " + word(pattern) + "\n";
  return text;
}

}  // namespace

std::string head_text(const std::string& name, const Notes& notes) {
  std::string text =
      "# UNPROVED DRAFT, imported from " + in_comment(name) +
      " by `halftone import-capability`.\n"
      "#\n"
      "# Nothing here was tried. `runs: int8` is what the original takes for granted; where the framework runs a "
      "float\n"
      "# kernel between conversions, write float_between, and where it moves values alone, moves. A version that the\n"
      "# original names holds here from there up to the next one that it names.\n";
  if (notes.empty()) return text;
  text += "#\n# Not imported:\n";
  for (std::size_t i = 0; i < std::min(notes.size(), kMostNotes); ++i) {
    const Note& note = notes[i];
    const std::string line =
        "line " + std::to_string(note.line) + ": " + in_comment(note.what) + ": " + in_comment(note.why);
    text += "# - " + line + "\n";
  }
  if (notes.size() > kMostNotes) text += "# - and " + std::to_string(notes.size() - kMostNotes) + " more\n";
  return text;
}

std::string sections_text(const std::vector<Section>& sections, const std::vector<RangedSection>& ranged) {
  EntryWriter writer;
  std::string text;
  for (const RangedSection& each : ranged) text += section_text(sections[each.section], each.range, writer);
  return text;
}

}  // namespace halftone::draft

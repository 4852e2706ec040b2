#include "capability/capability_reference.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "capability/enum_words.h"

namespace halftone {
namespace {

constexpr std::string_view kHead =
    R"(# Capability files

<!-- Made from the capability files. Where it is stale, a test fails, and this writes it anew:
HALFTONE_UPDATE_DOCS=1 build/release/bin/capability_test --gtest_filter='CapabilityReference.*' -->

What each backend can run in low precision, as its capability file in `capabilities/` states it; the conformance suite
proves every row on the real framework. The words are those of the files: `runs` is what really runs (`int8` a
low-precision kernel, `moves` a move of values, `float_between` a float kernel between conversions, which is never chosen
by default); `advice` says when approach `auto` takes the row. Of several rows, and of several words in one cell, the
first is the default. What stays in float is not listed.
)";

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
  return text;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ") {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

template <typename Value>
std::string words(const std::vector<Value>& values) {
  std::string text;
  for (const Value value : values) text.append(text.empty() ? "" : ", ").append(to_string(value));
  return text;
}

/// "int8; symmetric; per_channel, per_tensor; minmax".
std::string cell(const SpecChoices& spec) {
  std::string text = words(spec.dtypes);
  if (std::ranges::all_of(spec.dtypes, is_float)) return text;
  text += "; " + words(spec.schemes) + "; " + words(spec.granularities);
  std::string sizes;
  for (const int size : spec.group_sizes) sizes += (sizes.empty() ? " of " : ", ") + std::to_string(size);
  return text + sizes + "; " + words(spec.algorithms);
}

std::string cell(const OpConditions& conditions) {
  std::string text;
  for (const InputRole role : conditions.constant)
    text += (text.empty() ? "constant " : ", ") + std::string(to_string(role));
  for (const auto& [name, values] : conditions.attributes) {
    text += (text.empty() ? "" : "; ") + name + " " + joined(values, " or ");
  }
  return text;
}

std::string row(const Alternative& alternative) {
  std::string needs = cell(alternative.when);
  if (!alternative.requires_isa.empty()) {
    needs += (needs.empty() ? "" : "; ") + std::string("target with ") + joined(alternative.requires_isa);
  }
  const std::string output = alternative.float_output ? ", also float out" : "";
  return " " + std::string(to_string(alternative.quant_mode)) + " | " + std::string(to_string(alternative.format)) +
         " | " + (alternative.weight ? cell(*alternative.weight) : "") + " | " + cell(alternative.activation) + " | " +
         escaped(needs) + " | " + std::string(to_string(alternative.runs)) + output + " | " +
         std::string(to_string(alternative.advice)) + " |\n";
}

/// The rows of one op type, without its name.
std::vector<std::string> rows(const std::vector<Alternative>& alternatives) {
  std::vector<std::string> texts;
  for (const Alternative& alternative : alternatives) texts.push_back(row(alternative));
  return texts;
}

/// Op types whose rows are the same.
struct RowGroup {
  std::vector<std::string> types;
  std::vector<std::string> rows;
};

std::string table(const std::map<std::string, std::vector<Alternative>>& entries) {
  std::vector<RowGroup> groups;
  for (const auto& [type, alternatives] : entries) {
    std::vector<std::string> texts = rows(alternatives);
    const auto group = std::ranges::find(groups, texts, &RowGroup::rows);
    if (group != groups.end()) {
      group->types.push_back(type);
    } else {
      groups.push_back({{type}, std::move(texts)});
    }
  }
  std::string text =
      "| op types | mode | format | weight | activation | needs | runs | advice |\n|---|---|---|---|---|---|---|---|\n";
  for (const RowGroup& group : groups) {
    std::string name = joined(group.types);
    for (const std::string& each : group.rows) {
      text.append("| ").append(name).append(" |").append(each);
      name.clear();
    }
  }
  return text;
}

std::string combinations_text(const CapabilitySection& section) {
  std::string text;
  for (const MixedPrecision& mixed : section.mixed_precisions) {
    text += (text.empty() ? "" : "; or ") + joined(mixed.precisions);
    if (!mixed.requires_isa.empty()) text += " (target with " + joined(mixed.requires_isa) + ")";
  }
  return "In one model: " + text + ".\n";
}

std::string patterns_text(const CapabilitySection& section) {
  if (section.patterns.empty()) return "";
  std::string text = "\nRun as one kernel:\n\n";
  for (const PatternSequence& pattern : section.patterns) {
    text += "- `" + pattern.text + "`";
    for (const auto& [type, conditions] : pattern.when) text += "; " + type + ": " + cell(conditions);
    if (!pattern.requires_isa.empty()) text += "; target with " + joined(pattern.requires_isa);
    text += '\n';
  }
  return text;
}

std::string body(const CapabilitySection& section) {
  std::string text = combinations_text(section);
  for (const std::string& precision : section.precisions) {
    if (const auto entries = section.capabilities.find(precision); entries != section.capabilities.end()) {
      text += "\nCapabilities of " + precision + ":\n\n" + table(entries->second);
    }
    if (section.capabilities.contains(precision)) continue;
    if (const auto ops = section.ops.find(precision); ops != section.ops.end() && precision != "fp32") {
      text +=
          "\nRun in " + precision + ": " + (joined(ops->second) == "*" ? "every op type" : joined(ops->second)) + ".\n";
    }
  }
  return text + patterns_text(section);
}

std::string file_text(const CapabilityFile& file) {
  std::string text = "\n## " + file.path.filename().string() + "\n";
  for (const CapabilitySection& section : file.sections) {
    text += "\n### Versions " + escaped(section.name()) + "\n\n" + body(section);
  }
  return text;
}

}  // namespace

std::string capability_reference(const std::vector<CapabilityFile>& files) {
  std::string text(kHead);
  for (const CapabilityFile& file : files) text += file_text(file);
  return text;
}

}  // namespace halftone

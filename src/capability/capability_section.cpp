#include "capability/capability_section.h"

#include <algorithm>

#include "capability/capability_entry.h"
#include "capability/enum_words.h"
#include "capability/listed.h"
#include "capability/pattern_entry.h"
#include "capability/target.h"
#include "capability/version_range.h"

namespace halftone {
namespace {

constexpr std::string_view kAllOps = "*";

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Float needs no capabilities: its ops simply run.
bool is_float_precision(std::string_view precision) {
  return precision == "fp32" || precision == "fp16" || precision == "bf16";
}

class SectionReader {
 public:
  SectionReader(const StrictYaml& yaml, const std::set<std::string>& known_op_types)
      : yaml_(yaml), known_op_types_(known_op_types.begin(), known_op_types.end()) {}

  CapabilitySection read() {
    yaml_.expect_keys({"version", "precisions", "ops", "capabilities", "patterns"});
    read_version(yaml_.at("version"));
    read_precisions(yaml_.at("precisions"));
    read_ops(yaml_.at("ops"));
    if (const auto capabilities = yaml_.find("capabilities")) read_capabilities(*capabilities);
    check_every_op_has_capabilities(yaml_.at("ops"));
    if (const auto patterns = yaml_.find("patterns")) read_patterns(*patterns);
    return std::move(section_);
  }

 private:
  void read_version(const StrictYaml& yaml) {
    if (yaml.is_scalar()) {
      yaml.word({"default"});
      return;
    }
    yaml.expect_keys({"range"});
    const StrictYaml range = yaml.at("range");
    section_.range = parse_version_range(range.text());
    if (!section_.range) {
      range.fail("'" + range.text() + "' is not a range of versions; write '>=1.16', '>=1.16,<1.21' or '<1.16'");
    }
  }

  void read_precisions(const StrictYaml& yaml) {
    yaml.expect_keys({"names", "valid_mixed_precision"});
    section_.precisions = read_distinct_words(listed(yaml.at("names")), words_of<DType>());
    for (const StrictYaml& item : listed(yaml.at("valid_mixed_precision")).items()) {
      item.expect_keys({"precisions", "requires"});
      MixedPrecision mixed{.precisions = read_distinct_words(listed(item.at("precisions")), section_.precisions),
                           .requires_isa = {}};
      if (const auto needed = item.find("requires")) {
        mixed.requires_isa = read_distinct_words(listed(*needed), instruction_set_features());
      }
      section_.mixed_precisions.push_back(std::move(mixed));
    }
  }

  void read_ops(const StrictYaml& yaml) {
    yaml.expect_keys(section_.precisions);
    for (const auto& [precision, types] : yaml.entries()) {
      const std::vector<StrictYaml> items = listed(types).items();
      const bool all = items.size() == 1 && items.front().text() == kAllOps;
      section_.ops[precision] =
          all ? std::vector<std::string>{std::string(kAllOps)} : read_distinct_words(types, known_op_types_);
    }
  }

  void read_capabilities(const StrictYaml& yaml) {
    yaml.expect_keys(section_.precisions);
    for (const auto& [precision, entries] : yaml.entries()) {
      entries.expect_keys(known_op_types_);
      if (entries.entries().empty()) entries.fail("no op type stands under capabilities: " + precision);
      const auto ops = section_.ops.find(precision);
      const std::vector<std::string> listed = ops == section_.ops.end() ? std::vector<std::string>{} : ops->second;
      for (const auto& [type, alternatives] : entries.entries()) {
        if (!contains(listed, kAllOps) && !contains(listed, type)) {
          alternatives.fail(type + " has capabilities for " + precision + " but does not stand in ops: " + precision);
        }
        section_.capabilities[precision][type] = read_alternatives(alternatives, precision);
      }
    }
  }

  void check_every_op_has_capabilities(const StrictYaml& yaml) const {
    for (const auto& [precision, types] : yaml.entries()) {
      const auto entries = section_.capabilities.find(precision);
      if (entries == section_.capabilities.end() && is_float_precision(precision)) continue;
      for (const StrictYaml& item : types.items()) {
        const std::string type = item.text();
        const bool has_entry =
            entries != section_.capabilities.end() && (type == kAllOps || entries->second.contains(type));
        if (!has_entry) item.fail("'" + type + "' stands in ops: " + precision + " but has no capabilities for it");
      }
    }
  }

  void read_patterns(const StrictYaml& yaml) {
    yaml.expect_keys(section_.precisions);
    for (const auto& [precision, sequences] : yaml.entries()) {
      for (const StrictYaml& item : listed(sequences).items()) add_pattern(item, precision);
    }
  }

  void add_pattern(const StrictYaml& yaml, const std::string& precision) {
    PatternSequence sequence = read_pattern(yaml, known_op_types_);
    const auto entries = section_.capabilities.find(precision);
    for (const std::string& anchor : sequence.positions.front()) {
      if (entries != section_.capabilities.end() && entries->second.contains(anchor)) continue;
      yaml.fail("the sequence begins with " + anchor + ", which has no capabilities for " + precision);
    }
    const auto is_same = [&](const PatternSequence& other) { return other.positions == sequence.positions; };
    if (std::ranges::any_of(section_.patterns, is_same)) yaml.fail("the sequence stands twice: " + sequence.text);
    section_.patterns.push_back(std::move(sequence));
  }

  const StrictYaml& yaml_;
  const std::vector<std::string> known_op_types_;
  CapabilitySection section_;
};

}  // namespace

CapabilitySection read_capability_section(const StrictYaml& yaml, const std::set<std::string>& known_op_types) {
  return SectionReader(yaml, known_op_types).read();
}

}  // namespace halftone

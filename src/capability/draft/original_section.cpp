#include "capability/draft/original_section.h"

#include <algorithm>
#include <array>

#include "base/nearest_word.h"
#include "capability/draft/original_spec.h"
#include "capability/pattern_sequence.h"

namespace halftone::draft {
namespace {

constexpr std::string_view kAllOps = "*", kWeightOnly = "weight_only_integer";

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

std::string our_mode(const std::string& mode) { return mode == "quant_aware" ? "qat" : mode; }

class SectionReader {
 public:
  SectionReader(const StrictYaml& yaml, const std::set<std::string>& known_op_types, Notes& notes)
      : yaml_(yaml), known_(known_op_types.begin(), known_op_types.end()), notes_(notes) {}

  Section read() {
    section_.line = yaml_.line();
    section_.versions = words_of(yaml_.at("version").at("name"));
    if (section_.versions.empty()) yaml_.at("version").fail("no version is named");
    if (yaml_.find("capabilities")) {
      read_first_generation();
    } else {
      read_second_generation(yaml_);
    }
    return std::move(section_);
  }

 private:
  void note(const StrictYaml& yaml, std::string what, std::string why) {
    notes_.push_back({yaml.line(), std::move(what), std::move(why)});
  }
  void note_key(const StrictYaml& map, const std::string& key, std::string why) {
    notes_.push_back({map.key_line(key), "key '" + key + "'", std::move(why)});
  }

  // The layout with precisions, ops, capabilities and patterns.
  void read_first_generation() {
    for (const auto& [key, value] : yaml_.entries()) {
      if (key == "capabilities") {
        for (const auto& [precision, ops] : value.entries()) read_precision(precision, ops);
      } else if (key == "ops") {
        for (const auto& [precision, ops] : value.entries()) read_float_ops(precision, ops);
      } else if (key == "patterns") {
        patterns_.push_back(value);
      } else if (key == "precisions") {
        read_combinations(value);
      } else if (key != "version") {
        note_key(yaml_, key, "has no counterpart");
      }
    }
    for (const StrictYaml& patterns : patterns_) read_patterns(patterns);
  }

  // The layout with a key for each precision, in some files below a key for the device.
  void read_second_generation(const StrictYaml& yaml) {
    for (const auto& [key, value] : yaml.entries()) {
      if (is_one_of(key, {"int8", "uint8"})) {
        read_precision(key, value);
      } else if (is_one_of(key, {"bf16", "fp16", "fp32"})) {
        read_float_ops(key, value);
      } else if (key == "cpu") {
        read_second_generation(value);
      } else if (!is_one_of(key, {"version", kWeightOnly})) {
        note_key(yaml, key, key == "xpu" || key == "gpu" ? "is another device" : "has no counterpart");
      }
    }
    // Last, wherever it stands: the first alternative of an op type is its default.
    if (const auto weight_only = yaml.find(kWeightOnly)) read_weight_only(*weight_only);
  }

  void read_combinations(const StrictYaml& yaml) {
    const auto stated = yaml.find("valid_mixed_precisions");
    if (!stated || stated->is_null()) return;
    for (const StrictYaml& item : stated->items_or_none()) {
      std::vector<std::string> words = words_of(item);
      if (!words.empty()) section_.combinations.push_back(std::move(words));
    }
  }

  void read_float_ops(const std::string& precision, const StrictYaml& yaml) {
    if (!is_one_of(precision, {"bf16", "fp16"}) || yaml.is_null()) return;
    if (yaml.is_map()) {
      note(yaml, "the map of " + precision, "its op types would be a list");
      return;
    }
    std::vector<std::string>& types = section_.float_ops[precision];
    for (const std::string& type : words_of(yaml)) {
      const bool is_new = std::ranges::find(types, type) == types.end();
      if (is_new && (type == kAllOps || is_known(yaml.line(), type))) types.push_back(type);
    }
    if (types.empty()) section_.float_ops.erase(precision);
  }

  bool is_known(int line, const std::string& type) {
    if (std::ranges::find(known_, type) != known_.end()) return true;
    const std::string nearest = nearest_word(type, known_);
    const bool is_default = type == "default";
    const std::string nearest_type = nearest.empty() ? "" : "; the nearest there is '" + nearest + "'";
    notes_.push_back({line, (is_default ? "the entry '" : "op type '") + type + "'",
                      is_default ? "stands for every op type that is not named; our files name each"
                                 : "is not in the op table" + nearest_type});
    return false;
  }

  void read_precision(const std::string& precision, const StrictYaml& yaml) {
    if (!is_one_of(precision, {"int8", "uint8"})) {
      if (precision != "fp32") note(yaml, "capabilities of " + precision, "floats have none");
      return;
    }
    bool has_modes = false;
    for (const auto& [mode, ops] : yaml.entries()) {
      if (!is_one_of(mode, {"static", "dynamic", "quant_aware"})) continue;
      has_modes = true;
      if (!ops.is_null()) read_ops(ops, our_mode(mode));
    }
    if (!has_modes) read_ops(yaml, "");
  }

  void read_ops(const StrictYaml& yaml, const std::string& mode) {
    for (const auto& [type, entry] : yaml.entries()) {
      if (!is_known(yaml.key_line(type), type)) continue;
      const std::vector<StrictYaml> items =
          entry.is_sequence() ? entry.items_or_none() : std::vector<StrictYaml>{entry};
      for (const StrictYaml& item : items) read_alternatives(type, item, mode);
    }
  }

  void read_alternatives(const std::string& type, const StrictYaml& yaml, const std::string& mode) {
    const auto activation = yaml.find("activation");
    std::optional<Spec> input = activation ? read_spec(*activation, notes_) : std::nullopt;
    const auto weight = yaml.find("weight");
    const std::optional<Spec> constant = weight ? read_spec(*weight, notes_) : std::nullopt;
    if (!input || (weight && !constant)) {
      note(yaml, "an alternative of " + type, "nothing is left of one of its lists");
      return;
    }
    const bool is_float = input->is_float && (!constant || constant->is_float);
    if (is_float) return;
    if (constant && constant->is_float) {
      note(yaml, "an alternative of " + type, "its weights stay in float");
      return;
    }
    const auto stated = activation->find("quant_mode");
    const std::vector<std::string> modes = !mode.empty() ? std::vector<std::string>{mode}
                                           : stated      ? words_of(*stated)
                                                         : std::vector<std::string>{"static"};
    for (const std::string& one : modes) add_modes(type, yaml, our_mode(one), *input, constant);
  }

  void add_modes(const std::string& type, const StrictYaml& yaml, const std::string& mode, Spec input,
                 const std::optional<Spec>& constant) {
    if (mode == "dynamic" && !input.is_float && input.algorithms != std::vector<std::string>{"minmax"}) {
      note(yaml, "range methods of dynamic " + type, "ranges taken at run time are minmax");
      input.algorithms = {"minmax"};
    }
    if (!is_one_of(mode, {"static", "dynamic", "qat"})) {
      note(yaml, "quant_mode '" + mode + "' of " + type, "is not known here");
      return;
    }
    for (const std::string& format : formats_of(yaml, mode)) add("int8", type, {mode, format, constant, input});
  }

  std::vector<std::string> formats_of(const StrictYaml& yaml, const std::string& mode) {
    const auto stated = yaml.find("mode");
    if (!stated) return {mode == "dynamic" ? "integer" : "qdq"};
    std::vector<std::string> formats;
    for (const std::string& word : words_of(*stated)) {
      if (word == "QDQ" || word == "QLinear") {
        formats.emplace_back(word == "QDQ" ? "qdq" : "qlinear");
      } else {
        note(*stated, "mode '" + word + "'", "is no format here");
      }
    }
    return formats;
  }

  void read_weight_only(const StrictYaml& yaml) {
    for (const auto& [type, entry] : yaml.entries()) {
      if (!is_known(yaml.key_line(type), type)) continue;
      const auto activation = entry.find("activation");
      Spec input{.dtypes = {"fp32"}, .is_float = true};
      if (activation) input = read_spec(*activation, notes_).value_or(input);
      for (auto& [width, weight] : read_weight_only_specs(entry.at("weight"), notes_)) {
        add("int" + std::to_string(width), type, {"weight_only", "qlinear", std::move(weight), input});
      }
    }
  }

  void add(const std::string& precision, const std::string& type, Alternative alternative) {
    OpEntries& entries = section_.capabilities[precision];
    auto entry = std::ranges::find(entries, type, &OpEntries::value_type::first);
    if (entry == entries.end()) entry = entries.insert(entries.end(), {type, {}});
    if (std::ranges::find(entry->second, alternative) == entry->second.end()) {
      entry->second.push_back(std::move(alternative));
    }
  }

  bool has_capability(const std::string& type) const {
    const auto entries = section_.capabilities.find("int8");
    return entries != section_.capabilities.end() &&
           std::ranges::find(entries->second, type, &OpEntries::value_type::first) != entries->second.end();
  }

  void read_patterns(const StrictYaml& yaml) {
    for (const auto& [precision, sequences] : yaml.entries()) {
      if (!is_one_of(precision, {"int8", "uint8"})) {
        note(sequences, "patterns of " + precision, "fusions of float ops are the framework's own business");
        continue;
      }
      for (const StrictYaml& item : sequences.items_or_none()) read_pattern(item);
    }
  }

  void read_pattern(const StrictYaml& yaml) {
    const auto sequence = parse_pattern_sequence(yaml.text());
    const auto refuse = [&](const std::string& why) { note(yaml, "pattern '" + yaml.text() + "'", why); };
    if (!sequence) return refuse("is no sequence of op types");
    for (const auto& position : sequence->positions) {
      for (const std::string& type : position) {
        if (std::ranges::find(known_, type) == known_.end()) return refuse("'" + type + "' is not in the op table");
      }
    }
    for (const std::string& anchor : sequence->positions.front()) {
      if (!has_capability(anchor)) return refuse("it begins with " + anchor + ", which has no capability");
    }
    const bool is_new = std::ranges::none_of(section_.patterns, [&](const std::string& text) {
      return parse_pattern_sequence(text)->positions == sequence->positions;
    });
    if (is_new) section_.patterns.push_back(yaml.text());
  }

  const StrictYaml& yaml_;
  const std::vector<std::string> known_;
  Notes& notes_;
  std::vector<StrictYaml> patterns_;  ///< read last: they need the capabilities
  Section section_;
};

}  // namespace

Section read_original_section(const StrictYaml& yaml, const std::set<std::string>& known_op_types, Notes& notes) {
  return SectionReader(yaml, known_op_types, notes).read();
}

}  // namespace halftone::draft

#include <algorithm>
#include <map>
#include <utility>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kNamesShown = 3;

std::string title(const Json& result, const Style& style) {
  const std::string framework = text_at(result, "framework.name") + " " + text_at(result, "framework.version");
  return tinted(text_at(result, "model"), Tint::bold, style) + "  " + text_at(result, "backend") + " (" + framework +
         ", capabilities " + text_at(result, "section") + "), for " + text_at(result, "target") + "\n";
}

std::string choices_part(const Json& planned, const Style& style) {
  NamesByText choices;
  for (const Json& op : planned) {
    const std::string text = text_at(op, "choice.text");
    if (!text.empty()) choices.add(text, text_at(op, "type"));
  }
  TextTable table({Align::left, Align::left});
  for (const auto& [choice, types] : choices.groups()) {
    NamesByText counts;
    for (const std::string& type : types) counts.add(type, type);
    std::vector<std::string> counted_types;
    for (const auto& [type, same] : counts.groups()) {
      counted_types.push_back(type + (same.size() > 1 ? " ×" + grouped(same.size()) : ""));
    }
    table.add({{some_of(counted_types, kNamesShown)}, {choice}});
  }
  if (table.empty()) return "";
  return heading("How", "", style) + table.text(style, 2);
}

/// "Conv, Relu in float": one way of cutting the ops of a fusion into units.
std::string cut_text(const Json& units) {
  std::string text;
  for (const Json& unit : units) {
    const Json* quantizable = find_json(unit, "quantizable");
    const bool in_float = quantizable != nullptr && *quantizable == false;
    text += (text.empty() ? "" : ", ") + text_at(unit, "pattern") + (in_float ? " in float" : "");
  }
  return text;
}

/// "or Conv, Relu in float": the other ways of cutting the ops of a fusion.
std::string cuts_text(const Json& fusion) {
  std::vector<std::string> cuts;
  for (const Json& units : list_at(fusion, "alternatives")) cuts.push_back(cut_text(units));
  std::string text;
  for (std::size_t i = 0; i < std::min(cuts.size(), kNamesShown); ++i) text += (i > 0 ? "; or " : "or ") + cuts[i];
  return text + (cuts.size() > kNamesShown ? "; and " + counted(cuts.size() - kNamesShown, "other way") : "");
}

std::string fusions_part(const Json& fusions, const Style& style) {
  std::map<std::string, std::pair<std::string, std::string>> cells;
  NamesByText patterns;
  for (const Json& fusion : fusions) {
    const std::vector<std::string> ops = texts_at(fusion, "ops");
    const std::string pattern = text_at(fusion, "pattern"), cuts = cuts_text(fusion);
    cells[pattern + "\n" + cuts] = {pattern, cuts};
    patterns.add(pattern + "\n" + cuts, ops.empty() ? std::string() : ops.front());
  }
  TextTable table({Align::left, Align::right, Align::left, Align::left});
  for (const auto& [key, anchors] : patterns.groups()) {
    const auto& [pattern, cuts] = cells.at(key);
    table.add({{pattern}, {"×" + grouped(anchors.size())}, {some_of(anchors, 1), Tint::dim}, {cuts}});
  }
  if (table.empty()) return "";
  return heading("Run as one kernel", "", style) + table.text(style, 2);
}

std::string conversions_part(const Json& result, const Style& style) {
  const Json& conversions = list_at(result, "conversions");
  if (conversions.empty()) return "";
  return heading("Conversions", "", style) + "  " + counted(count_at(conversions, "quantize").value_or(0), "tensor") +
         " to int8, " + grouped(count_at(conversions, "dequantize").value_or(0)) + " back to float, around " +
         counted(count_at(conversions, "islands").value_or(0), "region") + " of low precision\n";
}

std::string approaches_part(const Json& result) {
  const std::vector<std::string> approaches = texts_at(result, "approaches");
  if (approaches.size() < 2) return "";
  return "\n  This is " + printable(approaches[0]) + ". With calibration data, quantize also tries " +
         printable(approaches[1]) + " and takes what is closer to float.\n";
}

std::string type_choices_part(const Json& op_types, const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const auto& [type, choices] : op_types.items()) {
    std::string name = printable(type);
    if (choices.empty()) table.add({{name}, {"float only", Tint::dim}});
    for (const Json& choice : choices) {
      table.add({{name}, {text_at(choice, "text")}});
      name.clear();
    }
  }
  return heading("Choices by op type", "best first", style) + table.text(style, 2);
}

std::string reasons_part(const Json& ops, const Style& style) {
  NamesByText reasons;
  for (const Json& op : ops) {
    const std::string reason = text_at(op, "reason");
    if (!reason.empty()) reasons.add(reason, text_at(op, "name"));
  }
  TextTable table({Align::right, Align::left});
  for (const auto& [reason, names] : reasons.groups()) {
    table.add({{counted(names.size(), "op")}, {reason}});
    table.add({{""}, {some_of(names, kNamesShown), Tint::dim}});
  }
  if (table.empty()) return "";
  return heading("Float only", "", style) + table.text(style, 2);
}

/// A block is named by its first op.
std::vector<std::string> names_of(const Json& group) {
  std::vector<std::string> names;
  for (const Json& entry : group) {
    const Json& name = entry.is_array() && !entry.empty() ? entry.front() : entry;
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

std::string groups_part(const Json& groups, const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const auto& [group, entries] : groups.items()) {
    const std::vector<std::string> names = names_of(entries);
    const bool in_blocks = !entries.empty() && entries.front().is_array();
    const std::string begin = in_blocks ? counted(names.size(), "block") + ", from " : "";
    table.add({{printable(group)}, {names.empty() ? "none" : begin + some_of(names, kNamesShown)}});
  }
  if (table.empty()) return "";
  return heading("Groups", "", style) + table.text(style, 2);
}

/// "int8, uint8, fp32" for each combination that one model may mix.
std::string precisions_part(const Json& result) {
  const auto joined = [](const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + printable(word);
    return text;
  };
  std::string combinations;
  for (const Json& combination : list_at(result, "mixed_precision_combinations")) {
    std::vector<std::string> words;
    for (const Json& word : combination) words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
    combinations += (combinations.empty() ? "" : "; or ") + joined(words);
  }
  return "  precisions: " + joined(texts_at(result, "precisions")) + "\n" +
         (combinations.empty() ? "" : "  in one model: " + combinations + "\n");
}

std::string known_patterns_part(const Json& result, const Style& style) {
  std::vector<std::string> sequences;
  for (const auto& [sequence, instances] : list_at(result, "pattern_instances").items()) {
    sequences.push_back(printable(sequence) + (instances.size() > 1 ? " ×" + grouped(instances.size()) : ""));
  }
  if (sequences.empty()) return "";
  TextTable table({Align::left});
  table.add({{some_of(sequences, 20)}});
  return heading("Patterns the backend runs as one kernel", "with how many instances", style) + table.text(style, 2);
}

}  // namespace

std::string render_plan(const Json& result, const Style& style) {
  return title(result, style) + quantized_part(list_at(result, "ops"), style) +
         float_part(list_at(result, "ops"), "--json lists all", style) +
         choices_part(list_at(result, "ops.planned"), style) + approaches_part(result) +
         fusions_part(list_at(result, "fusions"), style) + conversions_part(result, style);
}

std::string render_query(const Json& result, const Style& style) {
  const Json& ops = list_at(result, "ops");
  const auto able = std::count_if(ops.begin(), ops.end(), [](const Json& op) { return text_at(op, "reason").empty(); });
  return title(result, style) +
         heading("Could be quantized", grouped(static_cast<std::uint64_t>(able)) + " of " + counted(ops.size(), "op"),
                 style) +
         precisions_part(result) + type_choices_part(list_at(result, "op_types"), style) + reasons_part(ops, style) +
         fusions_part(list_at(result, "fusions"), style) + known_patterns_part(result, style) +
         groups_part(list_at(result, "groups"), style);
}

}  // namespace halftone::cli

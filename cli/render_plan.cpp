#include <algorithm>

#include "json_path.h"
#include "number_text.h"
#include "render.h"
#include "render_parts.h"

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

std::string fusions_part(const Json& fusions, const Style& style) {
  NamesByText patterns;
  for (const Json& fusion : fusions) {
    const std::vector<std::string> ops = texts_at(fusion, "ops");
    patterns.add(text_at(fusion, "pattern"), ops.empty() ? std::string() : ops.front());
  }
  TextTable table({Align::left, Align::right, Align::left});
  for (const auto& [pattern, anchors] : patterns.groups()) {
    table.add({{pattern}, {"×" + grouped(anchors.size())}, {some_of(anchors, 2), Tint::dim}});
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

std::string groups_part(const Json& groups, const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const auto& [group, names] : groups.items()) {
    table.add({{printable(group)}, {names.empty() ? "none" : some_of(texts_at(groups, group), kNamesShown)}});
  }
  if (table.empty()) return "";
  return heading("Groups", "", style) + table.text(style, 2);
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
         "  precisions: " + some_of(texts_at(result, "precisions"), 10) + "\n" +
         type_choices_part(list_at(result, "op_types"), style) + reasons_part(ops, style) +
         groups_part(list_at(result, "groups"), style);
}

}  // namespace halftone::cli

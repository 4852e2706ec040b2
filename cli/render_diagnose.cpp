#include <algorithm>
#include <filesystem>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kOpsShown = 12;

std::string decibels(const Json& entry) {
  const auto value = number_at(entry, "sqnr_db");
  return value ? fixed(*value, 1) + " dB" : "no noise";
}

std::string range_text(const Json& entry, const char* key) {
  const Json* range = find_json(entry, key);
  if (range == nullptr || !range->is_array() || range->size() != 2) return "";
  if (!(*range)[0].is_number() || !(*range)[1].is_number()) return "";
  return fixed((*range)[0].get<double>(), 3) + " … " + fixed((*range)[1].get<double>(), 3);
}

std::string outputs_part(const Json& result, const Style& style) {
  TextTable table({Align::left, Align::right});
  for (const Json& output : list_at(result, "output")) {
    table.add({{printable(text_at(output, "name"))}, {decibels(output)}});
  }
  return table.empty() ? "" : heading("Outputs", "signal to noise", style) + table.text(style, 2);
}

std::string ops_part(const Json& result, const Style& style) {
  const Json& ops = list_at(result, "ops");
  TextTable table({Align::right, Align::left, Align::left, Align::right, Align::right, Align::right, Align::right});
  table.add({{""}, {"op"}, {"type"}, {"adds"}, {"at its output"}, {"float range"}, {"int8 range"}});
  for (std::size_t i = 0; i < std::min(ops.size(), kOpsShown); ++i) {
    const Json& op = ops[i];
    const auto added = number_at(op, "added_noise");
    if (added && *added == 0) break;
    table.add({{grouped(i + 1), Tint::dim},
               {printable(text_at(op, "name")), Tint::bold},
               {text_at(op, "type")},
               {added ? fixed(100 * *added, 2) + " %" : "all"},
               {decibels(op)},
               {range_text(op, "float_range"), Tint::dim},
               {range_text(op, "int8_range"), Tint::dim}});
  }
  const std::string how =
      "noise that arises in each, as a share of its signal; --json lists all " + grouped(ops.size());
  return heading("Ops that add the most noise", how, style) + table.text(style, 2);
}

std::string suggestions_part(const Json& result, const Style& style) {
  std::string text;
  for (const Json& suggestion : list_at(result, "suggestions")) {
    text += "  " + printable(text_at(suggestion, "option")) + "\n";
  }
  return text.empty() ? "" : heading("To keep the worst in float", "type after halftone quantize", style) + text;
}

}  // namespace

std::string render_diagnose(const Json& result, const Style& style) {
  const std::string model = std::filesystem::path(text_at(result, "against")).filename().string();
  return tinted(printable(model), Tint::bold, style) + "  against " + printable(text_at(result, "model")) + ", on " +
         counted(count_at(result, "samples").value_or(0), "sample") + "\n" + outputs_part(result, style) +
         ops_part(result, style) + suggestions_part(result, style);
}

}  // namespace halftone::cli

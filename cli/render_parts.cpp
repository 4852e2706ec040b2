#include "render_parts.h"

#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

std::string_view word_of(std::string_view verdict) {
  if (verdict == "not_met") return "not met";
  return verdict;
}

Tint tint_of(std::string_view verdict) {
  if (verdict == "met") return Tint::good;
  return verdict == "not_met" ? Tint::bad : Tint::caution;
}

void add_gate(TextTable& table, const Json& result, const std::string& demand, std::string_view own_verdict) {
  std::string verdict = text_at(result, own_verdict);
  if (verdict.empty()) verdict = text_at(result, "verdict");
  table.add({{demand}, {std::string(word_of(verdict)), tint_of(verdict)}});
}

std::string samples_needed_text(const Json& result) {
  const auto samples = count_at(result, "samples_needed");
  if (!samples) return "";
  return "  The data cannot decide at this confidence; about " + grouped(*samples) + " samples would.\n";
}

}  // namespace

Cell speedup_cell(const Speedup& speedup) {
  if (speedup.is_faster()) return {speedup_text(speedup), Tint::good};
  return {speedup_text(speedup), speedup.is_slower() ? Tint::bad : Tint::caution};
}

std::string heading(const std::string& title, const std::string& rest, const Style& style) {
  return "\n" + tinted(title, Tint::bold, style) + (rest.empty() ? "" : "  " + rest) + "\n";
}

std::string shape_text(const Json& shape) {
  if (!shape.is_array()) return "any rank";
  if (shape.empty()) return "scalar";
  std::string text;
  for (const Json& extent : shape) {
    const bool is_known = extent.is_number_integer() && extent.get<std::int64_t>() >= 0;
    text += (text.empty() ? "" : "x") + (is_known ? extent.dump() : std::string("?"));
  }
  return text;
}

std::string signatures_part(const Json& signatures, const Style& style) {
  TextTable table({Align::left, Align::left, Align::left});
  for (const Json& signature : signatures) {
    const Json* shape = find_json(signature, "shape");
    table.add({{text_at(signature, "name")},
               {shape_text(shape != nullptr ? *shape : Json(nullptr))},
               {text_at(signature, "dtype"), Tint::dim}});
  }
  return table.text(style, 2);
}

std::string gate_part(const Json& result, const Style& style) {
  if (text_at(result, "verdict").empty()) return "";
  TextTable table({Align::left, Align::left});
  const std::string max_drop = text_at(result, "config.tuning.accuracy.max_drop");
  const bool is_confident = text_at(result, "config.tuning.accuracy.decide") == "confident";
  const std::string how = is_confident ? " with " + confidence_text(result) + " confidence" : "";
  const std::string metric = text_at(result, "gate.accuracy.metric");
  const bool judges_accuracy = !max_drop.empty() && text_at(result, "command") != "benchmark";
  if (judges_accuracy) {
    const std::string what = metric.empty() ? "accuracy" : metric;
    add_gate(table, result, what + " loses at most " + max_drop + how, "gate.accuracy.verdict");
  }
  if (const auto speedup = number_at(result, "config.tuning.min_speedup")) {
    add_gate(table, result, "at least " + fixed(*speedup, 2) + "× as fast" + how, "gate.speed.verdict");
  }
  if (table.empty()) add_gate(table, result, "target", "verdict");
  return heading("Target", "", style) + table.text(style, 2) + samples_needed_text(result);
}

std::string warnings_part(const Json& result, const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const std::string& warning : texts_at(result, "warnings")) table.add({{"!", Tint::caution}, {warning}});
  if (table.empty()) return "";
  return heading("Warnings", "", style) + table.text(style, 2);
}

Cell size_change_cell(std::optional<double> before, std::optional<double> after) {
  const std::string text = size_change_text(before, after);
  if (text.empty()) return {};
  if (*after == *before) return {text, Tint::dim};
  return {text, *after < *before ? Tint::good : Tint::bad};
}

}  // namespace halftone::cli

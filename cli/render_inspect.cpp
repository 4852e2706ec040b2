#include <algorithm>
#include <cmath>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kTypesShown = 20;
constexpr std::size_t kLabelsShown = 12;

std::string op_types_part(const Json& ops, const Style& style) {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const auto& [type, count] : list_at(ops, "by_type").items()) {
    counts.emplace_back(printable(type), count.is_number_unsigned() ? count.get<std::uint64_t>() : 0);
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  TextTable table({Align::right, Align::left});
  for (std::size_t i = 0; i < std::min(counts.size(), kTypesShown); ++i) {
    table.add({{grouped(counts[i].second)}, {counts[i].first}});
  }
  std::string text = heading("Ops", grouped(count_at(ops, "total").value_or(0)), style) + table.text(style, 2);
  if (counts.size() > kTypesShown) text += "  … and " + counted(counts.size() - kTypesShown, "other type") + "\n";
  return text;
}

std::string parameters_text(const Json& result) {
  std::vector<std::string> types;
  for (const auto& [dtype, count] : list_at(result, "parameters.by_dtype").items()) {
    types.push_back((count.is_number_unsigned() ? grouped(count.get<std::uint64_t>()) : "?") + " " + printable(dtype));
  }
  std::string text = counted(count_at(result, "parameters.total").value_or(0), "parameter");
  return types.size() < 2 ? text : text + " (" + some_of(types, types.size()) + ")";
}

std::string quantized_text(const Json& result) {
  const Json* already = find_json(result, "quantized.already");
  if (already == nullptr || !already->is_boolean()) return "";
  if (!already->get<bool>()) return ", not quantized";
  const auto weights = count_at(result, "quantized.low_precision_weights");
  return ", quantized already" + (weights ? " (" + counted(*weights, "low-precision weight") + ")" : "");
}

std::string tensors_part(const Json& tensors, const Style& style) {
  if (!tensors.is_object()) return "";
  TextTable table({Align::left, Align::right, Align::right});
  for (const Json& file : list_at(tensors, "files")) {
    const std::string path = text_at(file, "path");
    table.add({{path},
               {counted(count_at(file, "tensors").value_or(0), "tensor")},
               {bytes(number_at(file, "bytes").value_or(0))}});
  }
  table.add({{text_at(tensors, "folder") + "/tensors.json"}, {"which op has which", Tint::dim}, {""}});
  return heading("Written", "", style) + table.text(style, 2);
}

std::string labels_part(const Json& labels, const Style& style) {
  if (labels.empty()) return heading("Labels", "none", style);
  std::vector<std::pair<std::uint64_t, std::string>> counts;
  for (const auto& [label, count] : labels.items()) {
    counts.emplace_back(count.is_number_unsigned() ? count.get<std::uint64_t>() : 0, printable(label));
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const std::uint64_t most = std::max<std::uint64_t>(counts.front().first, 1);
  TextTable table({Align::right, Align::right, Align::left});
  for (std::size_t i = 0; i < std::min(counts.size(), kLabelsShown); ++i) {
    constexpr std::uint64_t kBarLength = 30;
    std::string bar;
    for (std::uint64_t filled = 0; filled < counts[i].first * kBarLength / most; ++filled) bar += "█";
    table.add({{counts[i].second}, {grouped(counts[i].first)}, {bar, Tint::dim}});
  }
  std::string text = heading("Labels", grouped(counts.size()) + " different", style);
  text += table.text(style, 2);
  if (counts.size() > kLabelsShown) text += "  … and " + grouped(counts.size() - kLabelsShown) + " others\n";
  return text;
}

std::string described_part(const std::string& title, const Json& inputs, const Style& style) {
  TextTable table(
      {Align::left, Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::left});
  table.add({{""},
             {"shape", Tint::bold},
             {"type", Tint::bold},
             {"min", Tint::bold},
             {"max", Tint::bold},
             {"mean", Tint::bold},
             {"deviation", Tint::bold},
             {""}});
  for (const Json& input : inputs) {
    const MetricText plain("");
    const auto number = [&](const char* key) { return Cell{plain.value(number_at(input, key).value_or(NAN))}; };
    const Json* shape = find_json(input, "shape");
    const std::uint64_t bad = count_at(input, "nan").value_or(0) + count_at(input, "inf").value_or(0);
    table.add({{text_at(input, "name")},
               {shape_text(shape != nullptr ? *shape : Json(nullptr))},
               {text_at(input, "dtype"), Tint::dim},
               number("min"),
               number("max"),
               number("mean"),
               number("deviation"),
               {bad > 0 ? grouped(bad) + " NaN or infinite" : "", Tint::bad}});
  }
  return heading(title, "", style) + table.text(style, 2);
}

std::string mismatches_part(const Json& result, const Style& style) {
  const std::vector<std::string> mismatches = texts_at(result, "mismatches");
  if (list_at(result, "expected").empty()) return "";
  if (mismatches.empty()) return "\n" + tinted("The data fit the model.", Tint::good, style) + "\n";
  TextTable table({Align::left, Align::left});
  for (const std::string& mismatch : mismatches) table.add({{"✗", Tint::bad}, {mismatch}});
  return heading("The data do not fit the model", "", style) + table.text(style, 2);
}

void add_missing(TextTable& table, const Json& backend) {
  table.add({{"✗", Tint::bad},
             {text_at(backend, "key")},
             {text_at(backend, "framework")},
             {text_at(backend, "missing"), Tint::caution}});
  const std::string hint = text_at(backend, "hint");
  if (!hint.empty()) table.add({{""}, {""}, {""}, {hint, Tint::dim}});
}

}  // namespace

std::string render_inspect(const Json& result, const Style& style) {
  return tinted(text_at(result, "model"), Tint::bold, style) + "  " +
         bytes(number_at(result, "size_bytes").value_or(0)) + ", " + parameters_text(result) + quantized_text(result) +
         "\n" + heading("Inputs", "", style) + signatures_part(list_at(result, "inputs"), style) +
         heading("Outputs", "", style) + signatures_part(list_at(result, "outputs"), style) +
         op_types_part(list_at(result, "ops"), style) + tensors_part(list_at(result, "tensors"), style);
}

std::string render_backends(const Json& result, const Style& style) {
  const Json& backends = list_at(result, "backends");
  if (backends.empty()) {
    return "No adaptor was found. Adaptors lie beside the library, or in the folders of HALFTONE_PLUGIN_PATH.\n";
  }
  TextTable table({Align::left, Align::left, Align::left, Align::left});
  for (const Json& backend : backends) {
    const Json* available = find_json(backend, "available");
    if (available == nullptr || *available != true) {
      add_missing(table, backend);
      continue;
    }
    table.add({{"✓", Tint::good},
               {text_at(backend, "key"), Tint::bold},
               {text_at(backend, "framework") + " " + text_at(backend, "version")},
               {some_of(texts_at(backend, "skills"), 10)}});
    table.add({{""}, {""}, {""}, {text_at(backend, "library"), Tint::dim}});
  }
  return table.text(style, 0);
}

std::string render_data(const Json& result, const Style& style) {
  const auto size = count_at(result, "size");
  std::string text = tinted(text_at(result, "spec"), Tint::bold, style) + "  " +
                     counted(count_at(result, "items").value_or(0), "item") + " looked at" +
                     (size ? " of " + grouped(*size) : " of a stream") + "\n";
  text += described_part("What the data give", list_at(result, "inputs"), style);
  const Json& expected = list_at(result, "expected");
  if (!expected.empty()) text += heading("What the model takes", "", style) + signatures_part(expected, style);
  const Json* truth = find_json(result, "truth");
  const bool has_truth = truth != nullptr && truth->is_object();
  text += has_truth ? described_part("Labels, which are no classes", Json::array({*truth}), style)
                    : labels_part(list_at(result, "labels"), style);
  text += mismatches_part(result, style);
  const std::string preview = text_at(result, "preview");
  if (!preview.empty()) text += heading("Preview", preview, style);
  return text;
}

}  // namespace halftone::cli

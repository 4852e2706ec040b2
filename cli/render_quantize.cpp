#include <algorithm>
#include <filesystem>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

/// Columns: what, float, its interval, int8, its interval, change, its interval.
TextTable make_comparison(const Json& result) {
  TextTable table({Align::left, Align::right, Align::left, Align::right, Align::left, Align::right, Align::left});
  const std::string interval = confidence_text(result) + " interval";
  const bool has_accuracy = !list_at(result, "accuracy").empty();
  const bool has_change = has_accuracy || !list_at(result, "latency_ms").empty();
  table.add({{""},
             {"float", Tint::bold},
             {has_accuracy ? interval : "", Tint::dim},
             {low_precision_of(result), Tint::bold},
             {has_accuracy ? interval : "", Tint::dim},
             {"change", Tint::bold},
             {has_change ? interval : "", Tint::dim}});
  return table;
}

struct EstimateCells {
  Cell value;
  Cell range;
};

EstimateCells estimate_cells(const Json& entry, std::string_view key, const MetricText& text) {
  const std::string path(key);
  const auto value = number_at(entry, path + ".value");
  if (!value) return {{"-", Tint::dim}, {}};
  const auto low = number_at(entry, path + ".low");
  const auto high = number_at(entry, path + ".high");
  const bool has_range = low && high && *low != *high;
  return {{text.value(*value)}, {has_range ? text.range(*low, *high) : "", Tint::dim}};
}

EstimateCells delta_cells(const Json& entry, const MetricText& text) {
  const auto value = number_at(entry, "delta.value");
  if (!value) return {};
  const auto low = number_at(entry, "delta.low");
  const auto high = number_at(entry, "delta.high");
  if (!low || !high) return {{text.difference(*value)}, {}};
  return {{text.difference(*value)}, {text.difference_range(*low, *high), Tint::dim}};
}

void add_accuracy(TextTable& table, const Json& result) {
  for (const auto& [name, entry] : list_at(result, "accuracy").items()) {
    const MetricText text(name);
    const EstimateCells in_float = estimate_cells(entry, "float", text);
    const EstimateCells quantized = estimate_cells(entry, "value", text);
    const EstimateCells delta = delta_cells(entry, text);
    table.add({{printable(name)},
               in_float.value,
               in_float.range,
               quantized.value,
               quantized.range,
               delta.value,
               delta.range});
  }
}

void add_latency(TextTable& table, const Json& result) {
  const std::optional<Speedup> speedup = speedup_of(list_at(result, "latency_ms.ratio"));
  for (const std::string percentile : {"p50", "p99"}) {
    const auto in_float = number_at(result, "latency_ms.float." + percentile);
    const auto quantized = number_at(result, "latency_ms.quantized." + percentile);
    if (!in_float || !quantized) continue;
    const bool has_speedup = percentile == "p50" && speedup.has_value();
    table.add({{"latency " + percentile},
               {milliseconds(*in_float)},
               {},
               {milliseconds(*quantized)},
               {},
               has_speedup ? speedup_cell(*speedup) : Cell{},
               {has_speedup ? speedup_range(*speedup) : "", Tint::dim}});
  }
}

void add_size(TextTable& table, const Json& result) {
  const auto before = number_at(result, "size_bytes.before");
  const auto after = number_at(result, "size_bytes.after");
  if (!before || !after) return;
  table.add({{"size"}, {bytes(*before)}, {}, {bytes(*after)}, {}, size_change_cell(before, after), {}});
}

std::string title(const Json& result, const Style& style) {
  const std::string model = std::filesystem::path(text_at(result, "model")).filename().string();
  std::string how = text_at(result, "approach") + " " + low_precision_of(result);
  const std::string method = text_at(result, "calibration.range_method");
  const auto samples = count_at(result, "calibration.samples");
  if (!method.empty()) how += ", " + method;
  if (samples && *samples > 0) how += " over " + counted(*samples, "sample");
  const std::string target = text_at(result, "target");
  if (!target.empty()) how += ", for " + target;
  return tinted(model, Tint::bold, style) + "  " + how + "\n\n";
}

/// Who lost and who gained: the outcomes that the interval of the change rests on.
std::string paired_part(const Json& result) {
  const auto samples = count_at(result, "data.evaluation.samples");
  for (const auto& [name, entry] : list_at(result, "accuracy").items()) {
    const auto lost = count_at(entry, "flips.lost");
    const auto gained = count_at(entry, "flips.gained");
    if (!lost || !gained || !samples) continue;
    return "\n  " + printable(name) + " on the same " + counted(*samples, "sample") + ": int8 loses " + grouped(*lost) +
           " that float has, and gains " + grouped(*gained) + ".\n";
  }
  return "";
}

/// What approach auto tried, the closest first.
std::string approaches_part(const Json& result) {
  const std::string taken = text_at(result, "approach");
  std::string others;
  std::string own;
  for (const Json& tried : list_at(result, "approaches.tried")) {
    const auto decibels = number_at(tried, "sqnr_db");
    if (!decibels) continue;
    const std::string text = fixed(*decibels, 1) + " dB";
    if (text_at(tried, "approach") == taken && own.empty())
      own = text;
    else
      others += (others.empty() ? "" : ", ") + printable(text_at(tried, "approach")) + " " + text;
  }
  if (own.empty()) return "";
  const auto samples = count_at(result, "approaches.samples").value_or(0);
  return "\n  Approach " + printable(taken) + " is closest to float on " + counted(samples, "calibration sample") +
         ": " + own + " (" + others + ").\n";
}

std::string unjudged_part(const Json& result) {
  if (!list_at(result, "accuracy").empty()) return "";
  return "\n  Accuracy was not measured: --eval SPEC judges the result against float.\n";
}

std::string verified_part(const Json& result, const Style& style) {
  const auto low = count_at(result, "verified.low_precision");
  const auto planned = count_at(result, "verified.planned");
  if (!low || !planned) return "";
  const std::vector<std::string> missing = texts_at(result, "verified.not_low_precision");
  std::string text = "  The runtime's own optimised graph runs " + grouped(*low) + " of " +
                     counted(*planned, "planned kernel") + " in low precision.\n";
  if (missing.empty()) return text;
  return text + "  " + tinted("In float there: ", Tint::caution, style) + some_of(missing, 5) + "\n";
}

std::string files_part(const Json& result, const WrittenFiles& written, const Style& style) {
  TextTable table({Align::left, Align::left});
  table.add({{"model"}, {text_at(result, "output")}});
  if (!written.result.empty()) table.add({{"result"}, {printable(written.result)}});
  if (!written.report.empty()) table.add({{"report"}, {printable(written.report)}});
  const auto seconds = number_at(result, "seconds.total");
  return heading("Written", seconds ? "in " + duration(*seconds) : "", style) + table.text(style, 2);
}

std::string snippet_part(const Json& result, const Style& style) {
  const Json* snippet = find_json(result, "snippet");
  if (snippet == nullptr || !snippet->is_string()) return "";
  std::string text = heading("Run it", "", style);
  std::string_view rest = snippet->get_ref<const std::string&>();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text += "  " + printable(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

}  // namespace

std::string render_quantize(const Json& result, const WrittenFiles& written, const Style& style) {
  TextTable comparison = make_comparison(result);
  add_accuracy(comparison, result);
  add_latency(comparison, result);
  add_size(comparison, result);
  const std::string all = written.result.empty() ? "--json lists all" : "all are in " + printable(written.result);
  const Json& ops = list_at(result, "ops");
  return title(result, style) + comparison.text(style, 2) + paired_part(result) + approaches_part(result) +
         unjudged_part(result) + gate_part(result, style) + quantized_part(ops, style) + verified_part(result, style) +
         float_part(ops, all, style) + warnings_part(result, style) + files_part(result, written, style) +
         snippet_part(result, style);
}

std::string render_recover(const Json& result, const Style& style) {
  const Json* identical = find_json(result, "identical");
  const bool same = identical != nullptr && identical->is_boolean() && identical->get<bool>();
  const std::uint64_t quantized = count_at(result, "quantized").value_or(0);
  return tinted(printable(text_at(result, "output")), Tint::bold, style) + "  " + text_at(result, "approach") + ", " +
         counted(quantized, "op") + " in low precision, " + bytes(number_at(result, "size_bytes").value_or(0)) +
         "\n\n  " +
         (same ? "The bytes are those of the model that the result is of.\n"
               : tinted("The bytes are not those of the model that the result is of.", Tint::caution, style) + "\n");
}

std::string render_convert(const Json& result, const Style& style) {
  return tinted(printable(text_at(result, "output")), Tint::bold, style) + "  " + text_at(result, "format") + ", " +
         counted(count_at(result, "rewritten").value_or(0), "op") + " rewritten, " +
         bytes(number_at(result, "size_bytes").value_or(0)) + "\n";
}

}  // namespace halftone::cli

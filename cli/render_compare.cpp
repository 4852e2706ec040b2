#include <algorithm>
#include <cmath>
#include <set>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kIdsShown = 12;
constexpr std::size_t kNamesShown = 4;
constexpr std::size_t kChangesShown = 12;

/// Models are named by their place in the list that stands first.
std::string number_of(std::size_t model) { return std::to_string(model + 1); }

const Json& entry_at(const Json& list, std::size_t model) {
  static const Json kNone;
  return list.is_array() && model < list.size() ? list[model] : kNone;
}

std::string range_text(const Json& estimate, const MetricText& text, bool is_difference) {
  const auto low = number_at(estimate, "low");
  const auto high = number_at(estimate, "high");
  if (!low || !high || *low == *high) return "";
  return is_difference ? text.difference_range(*low, *high) : text.range(*low, *high);
}

std::string models_part(const Json& result, const Style& style) {
  TextTable table({Align::right, Align::left, Align::right, Align::left, Align::right, Align::left, Align::left});
  const Json& models = list_at(result, "models");
  const Json& sizes = list_at(result, "size_bytes");
  const Json& latencies = list_at(result, "latency_ms");
  const auto size_of = [&](std::size_t model) -> std::optional<double> {
    const Json& size = entry_at(sizes, model);
    return size.is_number() ? std::optional(size.get<double>()) : std::nullopt;
  };
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto p50 = number_at(entry_at(latencies, i), "p50");
    const auto speedup = speedup_of(list_at(entry_at(latencies, i), "ratio"));
    table.add({{number_of(i), Tint::dim},
               {text_at(models[i], "model"), Tint::bold},
               {size_of(i) ? bytes(*size_of(i)) : ""},
               i == 0 ? Cell{} : size_change_cell(size_of(0), size_of(i)),
               {p50 ? milliseconds(*p50) : ""},
               speedup ? speedup_cell(*speedup) : Cell{},
               {speedup ? speedup_range(*speedup) : "", Tint::dim}});
  }
  const auto threads = count_at(result, "host.threads");
  const std::string how = latencies.empty() || !threads ? "" : "latencies are medians, " + counted(*threads, "thread");
  return heading("Models", how, style) + table.text(style, 2);
}

std::string flips_text(const Json& entry) {
  const auto lost = count_at(entry, "flips.lost");
  const auto gained = count_at(entry, "flips.gained");
  if (!lost || !gained) return "";
  return "loses " + grouped(*lost) + ", gains " + grouped(*gained);
}

void add_metric(TextTable& table, const std::string& name, const Json& entries) {
  const MetricText text(name);
  std::string title = printable(name);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto value = number_at(entries[i], "value.value");
    if (!value) continue;
    const auto delta = number_at(entries[i], "delta.value");
    const Json& difference = list_at(entries[i], "delta");
    table.add({{title},
               {number_of(i), Tint::dim},
               {text.value(*value)},
               {range_text(list_at(entries[i], "value"), text, false), Tint::dim},
               {delta ? text.difference(*delta) : ""},
               {delta ? range_text(difference, text, true) : "", Tint::dim},
               {flips_text(entries[i])}});
    title.clear();
  }
}

std::string metrics_part(const Json& result, const Style& style) {
  const Json& metrics = list_at(result, "metrics");
  if (metrics.empty()) return "";
  TextTable table({Align::left, Align::right, Align::right, Align::left, Align::right, Align::left, Align::left});
  const std::string interval = confidence_text(result) + " interval";
  table.add({{""}, {""}, {"value", Tint::bold}, {interval, Tint::dim}, {"change", Tint::bold}, {interval, Tint::dim}});
  for (const auto& [name, entries] : metrics.items()) add_metric(table, name, entries);
  return heading("Metrics", "on " + counted(count_at(result, "samples").value_or(0), "sample"), style) +
         table.text(style, 2);
}

std::string disagreeing_part(const Json& result) {
  const auto count = count_at(result, "disagreeing_count");
  if (!count) return "";
  if (*count == 0) return "\n  No sample gets another class than from the first model.\n";
  const std::vector<std::string> ids = texts_at(result, "disagreeing");
  const std::vector<std::string> shown(ids.begin(),
                                       ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), kIdsShown)));
  const std::string more = *count > shown.size() ? " and " + grouped(*count - shown.size()) + " more" : "";
  return "\n  Another class than from the first model: " + counted(*count, "sample") + ", " +
         some_of(shown, shown.size()) + more + "\n";
}

std::string outputs_part(const Json& result, const Style& style) {
  TextTable table({Align::left, Align::right, Align::left, Align::left, Align::left, Align::left, Align::left});
  const MetricText cosine("cosine");
  const MetricText sqnr("sqnr");
  for (const Json& output : list_at(result, "outputs")) {
    std::string title = text_at(output, "name");
    const Json& of_cosine = list_at(output, "cosine");
    const Json& of_sqnr = list_at(output, "sqnr");
    for (std::size_t i = 1; i < of_cosine.size(); ++i) {
      const auto nearness = number_at(of_cosine[i], "value");
      const auto noise = number_at(entry_at(of_sqnr, i), "value");
      table.add({{title},
                 {number_of(i), Tint::dim},
                 {nearness ? "cosine " + cosine.value(*nearness) : "not compared"},
                 {range_text(of_cosine[i], cosine, false), Tint::dim},
                 {noise ? "sqnr " + sqnr.value(*noise) : ""},
                 {range_text(entry_at(of_sqnr, i), sqnr, false), Tint::dim},
                 {""}});
      title.clear();
    }
  }
  if (table.empty()) return "";
  const Json* random = find_json(result, "random");
  const bool are_random = random != nullptr && *random == true;
  const std::string samples = counted(count_at(result, "samples").value_or(0), are_random ? "random sample" : "sample");
  return heading("Outputs", "against those of the first model, on " + samples, style) + table.text(style, 2);
}

std::uint64_t count_of_type(const Json& model, const std::string& type) {
  const Json& by_type = list_at(model, "ops.by_type");
  if (!by_type.is_object() || !by_type.contains(type)) return 0;
  const Json& count = by_type.at(type);
  return count.is_number_unsigned() ? count.get<std::uint64_t>() : 0;
}

/// Types of which the models have other numbers.
std::string op_counts_part(const Json& result, const Style& style) {
  const Json& models = list_at(result, "models");
  std::set<std::string> types;
  for (const Json& model : models) {
    for (const auto& [type, count] : list_at(model, "ops.by_type").items()) types.insert(type);
  }
  std::vector<Align> columns(models.size() + 2, Align::right);
  columns.front() = columns.back() = Align::left;
  TextTable table(columns);
  std::vector<Cell> header{{""}};
  std::vector<Cell> total{{"all ops"}};
  std::vector<Cell> low{{"in low precision"}};
  bool is_known = true;
  for (std::size_t i = 0; i < models.size(); ++i) {
    header.push_back({number_of(i), Tint::dim});
    total.push_back({grouped(count_at(models[i], "ops.total").value_or(0))});
    const auto in_low = count_at(models[i], "ops.low_precision");
    is_known = is_known && in_low.has_value();
    low.push_back({grouped(in_low.value_or(0))});
  }
  table.add(std::move(header));
  table.add(std::move(total));
  if (is_known) table.add(std::move(low));
  for (const std::string& type : types) {
    std::vector<Cell> row{{printable(type)}};
    std::set<std::uint64_t> counts;
    for (const Json& model : models) {
      const std::uint64_t count = count_of_type(model, type);
      counts.insert(count);
      row.push_back(count > 0 ? Cell{grouped(count)} : Cell{"-", Tint::dim});
    }
    if (counts.size() > 1) table.add(std::move(row));
  }
  const bool are_executed = !models.empty() && text_at(models.front(), "ops.source") == "executed";
  const std::string what = are_executed ? "as the framework executes them; types of which there are other numbers"
                                        : "as the files have them; types of which there are other numbers";
  return heading("Ops", what, style) + table.text(style, 2);
}

std::string changes_part(const Json& result, const Style& style) {
  NamesByText changes;
  const Json& models = list_at(result, "models");
  for (const Json& change : list_at(result, "ops_changed")) {
    std::size_t model = 1;
    while (model + 1 < models.size() && text_at(models[model], "model") != text_at(change, "model")) ++model;
    const std::string to = text_at(change, "to");
    changes.add(number_of(model) + " " + text_at(change, "from") + (to.empty() ? ", which is not there" : " → " + to),
                text_at(change, "name"));
  }
  const auto& groups = changes.groups();
  TextTable table({Align::right, Align::right, Align::left, Align::left});
  for (std::size_t i = 0; i < std::min(groups.size(), kChangesShown); ++i) {
    const auto& [change, names] = groups[i];
    const std::size_t blank = change.find(' ');
    table.add({{change.substr(0, blank), Tint::dim},
               {grouped(names.size()) + "×"},
               {change.substr(blank + 1)},
               {some_of(names, kNamesShown), Tint::dim}});
  }
  if (table.empty()) return "";
  std::string text = heading("Changed ops", "by name, against the first model", style) + table.text(style, 2);
  if (groups.size() > kChangesShown) {
    text += "  … and " + counted(groups.size() - kChangesShown, "other change") + "; --json lists all\n";
  }
  return text;
}

}  // namespace

std::string render_compare(const Json& result, const Style& style) {
  const std::string models = models_part(result, style);
  return models.substr(1) + metrics_part(result, style) + disagreeing_part(result) + outputs_part(result, style) +
         op_counts_part(result, style) + changes_part(result, style);
}

}  // namespace halftone::cli

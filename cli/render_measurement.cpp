#include <algorithm>
#include <array>
#include <cmath>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

std::string title_of_model(const Json& result, const std::string& rest, const Style& style) {
  return tinted(text_at(result, "model"), Tint::bold, style) + "  " + rest + "\n\n";
}

std::string range_of(const Json& estimate, const MetricText& text, bool is_difference) {
  const auto low = number_at(estimate, "low");
  const auto high = number_at(estimate, "high");
  if (!low || !high) return "";
  return is_difference ? text.difference_range(*low, *high) : text.range(*low, *high);
}

void add_metric(TextTable& table, const Json& result, const std::string& name, const Json& estimate) {
  const MetricText text(name);
  std::vector<Cell> row{{printable(name)},
                        {text.value(number_at(estimate, "value").value_or(NAN))},
                        {range_of(estimate, text, false), Tint::dim}};
  const Json& others = list_at(result, "against.metrics");
  const Json other = others.is_object() && others.contains(name) ? others.at(name) : Json::object();
  if (const auto value = number_at(other, "value")) row.push_back({text.value(*value)});
  row.resize(4);
  if (const auto delta = number_at(other, "delta.value")) {
    row.push_back({text.difference(*delta)});
    row.push_back({range_of(list_at(other, "delta"), text, true), Tint::dim});
  }
  table.add(std::move(row));
}

std::string flips_part(const Json& result) {
  const auto lost = count_at(result, "against.flips.lost");
  const auto gained = count_at(result, "against.flips.gained");
  if (!lost || !gained) return "";
  return "\n  On the same samples it loses " + grouped(*lost) + " that the other has, and gains " + grouped(*gained) +
         ".\n";
}

constexpr std::array<const char*, 5> kPercentiles{"min", "p50", "p90", "p99", "mean"};

void add_latencies(TextTable& table, const std::string& model, const Json& latency) {
  std::vector<Cell> row{{model}};
  for (const char* percentile : kPercentiles) {
    const auto value = number_at(latency, percentile);
    row.push_back({value ? milliseconds(*value) : "-"});
  }
  table.add(std::move(row));
}

}  // namespace

std::string render_evaluate(const Json& result, const Style& style) {
  const auto count = count_at(result, "samples");
  const std::string samples = count ? counted(*count, "sample") : "judged by a command";
  const std::string other = text_at(result, "against.model");
  TextTable table({Align::left, Align::right, Align::left, Align::right, Align::right, Align::left});
  const std::string interval = confidence_text(result) + " interval";
  const bool has_other = !other.empty();
  table.add({{""},
             {"value", Tint::bold},
             {interval, Tint::dim},
             {has_other ? "against" : "", Tint::bold},
             {has_other ? "change" : "", Tint::bold},
             {has_other ? interval : "", Tint::dim}});
  for (const auto& [name, estimate] : list_at(result, "metrics").items()) add_metric(table, result, name, estimate);
  const std::string on = samples + (has_other ? ", against " + other : "");
  const auto seconds = number_at(result, "seconds");
  return title_of_model(result, on + (seconds ? ", in " + duration(*seconds) : ""), style) + table.text(style, 2) +
         flips_part(result) + gate_part(result, style);
}

std::string render_benchmark(const Json& result, const Style& style) {
  const std::string how = counted(count_at(result, "threads").value_or(0), "thread") + ", batch " +
                          grouped(count_at(result, "batch").value_or(1));
  const auto runs = count_at(result, "runs");
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right});
  std::vector<Cell> header{{""}};
  for (const char* percentile : kPercentiles) header.push_back({percentile, Tint::bold});
  table.add(std::move(header));
  add_latencies(table, text_at(result, "model"), list_at(result, "latency_ms"));
  const std::string other = text_at(result, "against.model");
  if (!other.empty()) add_latencies(table, other, list_at(result, "against.latency_ms"));
  std::string text = title_of_model(result, how + (runs ? ", " + counted(*runs, "run") : ""), style);
  text += table.text(style, 2);
  if (const auto throughput = number_at(result, "throughput_per_s")) {
    text +=
        "\n  " +
        (*throughput < 100 ? fixed(*throughput, 2) : grouped(static_cast<std::uint64_t>(std::min(*throughput, 1e15)))) +
        " samples per second\n";
  }
  if (const auto speedup = speedup_of(list_at(result, "against.ratio"))) {
    const Cell cell = speedup_cell(*speedup);
    text += "  " + tinted(cell.text, cell.tint, style) + " (median of pairs, " + confidence_text(result) +
            " interval " + speedup_range(*speedup) + ")\n";
  }
  return text + gate_part(result, style);
}

}  // namespace halftone::cli

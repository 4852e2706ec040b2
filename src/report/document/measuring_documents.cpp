#include <filesystem>

#include "report/document/parts.h"
#include "report/document/verb_documents.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// Model and the one it is compared with by their files' names, or by their places where these are the same.
PairNames names_of(const Json& result) {
  PairNames names;
  names.interval = confidence_text(result) + " interval";
  names.second = file_name(text_at(result, "model"));
  names.first = file_name(text_at(result, "against.model"));
  if (names.first == names.second) {
    names.second = text_at(result, "model");
    names.first = text_at(result, "against.model");
  }
  return names;
}

std::vector<MetricPair> pairs_of(const Json& result) {
  std::vector<MetricPair> pairs;
  for (const auto& [name, value] : list_at(result, "metrics").items()) {
    MetricPair pair{name};
    pair.second = measured_at(value, "");
    const Json& metrics = list_at(result, "against.metrics");
    if (const auto other = metrics.find(name); other != metrics.end()) {
      pair.first = measured_at(*other, "value");
      pair.delta = measured_at(*other, "delta");
    }
    pairs.push_back(std::move(pair));
  }
  if (!pairs.empty()) {
    pairs.front().lost = count_at(result, "against.flips.lost");
    pairs.front().gained = count_at(result, "against.flips.gained");
  }
  return pairs;
}

Answer alone_answer(const std::vector<MetricPair>& pairs, const PairNames& names) {
  Answer answer{"How accurate?", "Not measured", "", "", Tone::caution};
  if (pairs.empty() || !pairs.front().second) return answer;
  const MetricText text(pairs.front().name);
  const Measured& value = *pairs.front().second;
  answer.answer = text.value(value.value) + " " + pairs.front().name;
  answer.tone = Tone::plain;
  if (value.has_range()) answer.detail = names.interval + " " + text.range(*value.low, *value.high) + ".";
  return answer;
}

Answer alone_answer(const Json& latency, const Json& result) {
  Answer answer{"How fast?", "Not measured", "", "", Tone::caution};
  const auto p50 = number_at(latency, "p50");
  if (!p50) return answer;
  answer.answer = milliseconds(*p50);
  answer.tone = Tone::plain;
  const auto p99 = number_at(latency, "p99"), throughput = number_at(result, "throughput_per_s");
  answer.detail = "Median of one run";
  if (p99) answer.detail += "; 99 % take at most " + milliseconds(*p99);
  if (throughput) answer.detail += "; " + fixed(*throughput, 1) + " samples a second";
  answer.detail += '.';
  return answer;
}

}  // namespace

Document evaluate_document(const Json& result) {
  Document document = begin_document(result);
  const PairNames names = names_of(result);
  const std::vector<MetricPair> pairs = pairs_of(result);
  const bool is_alone = find_json(result, "against") == nullptr;
  document.subtitle = is_alone ? "accuracy" : "accuracy against " + names.first;
  if (const auto samples = count_at(result, "samples")) {
    document.subtitle += " on " + counted(*samples, "sample");
  }
  document.answers = {is_alone ? alone_answer(pairs, names) : accuracy_answer(pairs, names, result)};
  document.overview = make_overview(names);
  add_overview_rows(*document.overview, pairs);
  document.sections = {accuracy_section(pairs, names, result), reproduction_section(result)};
  document.checks = gate_checks(result, pairs);
  return document;
}

Document benchmark_document(const Json& result) {
  Document document = begin_document(result);
  const PairNames names = names_of(result);
  const Json& latency = list_at(result, "latency_ms");
  const Json& other = list_at(result, "against.latency_ms");
  const bool is_alone = find_json(result, "against") == nullptr;
  const std::optional<Speedup> speedup = speedup_of(list_at(result, "against.ratio"));
  document.subtitle = is_alone ? "latency" : "latency in turns with " + names.first;
  const auto threads = count_at(result, "threads"), batch = count_at(result, "batch");
  if (threads && batch) document.subtitle += ", " + counted(*threads, "thread") + ", batch " + grouped(*batch);
  std::string detail = names.interval + " ";
  if (speedup)
    detail += speedup_range(*speedup) + ", from " + counted(count_at(result, "runs").value_or(0), "pair") + ".";
  document.answers = {is_alone ? alone_answer(latency, result)
                               : speed_answer(speedup, text_at(result, "gate.speed.verdict"), detail)};
  document.overview = make_overview(names);
  add_latency_rows(*document.overview, other, latency, speedup);
  document.sections = {latency_section(other, latency, names), reproduction_section(result)};
  document.checks = gate_checks(result, {});
  return document;
}

}  // namespace halftone::report

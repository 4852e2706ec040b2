#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/document/document.h"

namespace halftone::report {

/// A measured value with its interval, where there is one.
struct Measured {
  double value = 0;
  std::optional<double> low = {};
  std::optional<double> high = {};
  bool has_range() const { return low && high && *low != *high; }
};
/// {"value", "low", "high"} at a path, or a plain number.
std::optional<Measured> measured_at(const Json& json, std::string_view path);

/// One metric of two models on the same samples.
struct MetricPair {
  std::string name;
  std::optional<Measured> first;   ///< the one that is compared with: float
  std::optional<Measured> second;  ///< the one that the result is about
  std::optional<Measured> delta;   ///< second - first
  std::optional<std::uint64_t> lost = {};
  std::optional<std::uint64_t> gained = {};
};

/// How the two are called, and what the intervals are of.
struct PairNames {
  std::string first = "float";
  std::string second = "int8";
  std::string interval;  ///< "95 % interval"
};

/// A tolerated loss of a metric, and what was found.
struct MetricGate {
  std::string metric;
  std::string max_drop;         ///< as it was asked for: "0.5pt"
  std::optional<double> limit;  ///< the value of the metric that just passes
  std::string verdict;          ///< "met", "not_met", "undecided"
};

/// The gates of a result on accuracy: one, or the criteria of tuning.
std::vector<MetricGate> metric_gates(const Json& result);

/// Whether a difference of this metric above zero is a gain.
bool is_higher_better(std::string_view metric, const Json& result);

/// "met" as people say it.
std::string verdict_text(std::string_view verdict);
Tone tone_of(std::string_view verdict);

/// The rows of each metric in an overview: name, first, interval, second, interval, change, interval.
void add_overview_rows(Table& table, const std::vector<MetricPair>& pairs);
/// The table such rows go into.
Table make_overview(const PairNames& names);

/// Charts of the metrics and of their changes against the limit, and a table of both.
Section accuracy_section(const std::vector<MetricPair>& pairs, const PairNames& names, const Json& result);

/// "Still accurate?", from the first metric.
Answer accuracy_answer(const std::vector<MetricPair>& pairs, const PairNames& names, const Json& result);

}  // namespace halftone::report

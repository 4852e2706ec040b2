#pragma once

#include <optional>
#include <string>

#include "report/document/document.h"
#include "report/document/measured.h"
#include "report/result_phrases.h"

namespace halftone::report {

// Parts that the documents of several verbs have.

/// Title, warnings, time: what every result has.
Document begin_document(const Json& result);
/// How the result came about: command, versions, host, data, hashes.
Section reproduction_section(const Json& result);

/// The float model and the quantized one, as the result calls them.
PairNames pair_names(const Json& result);

/// "Really faster?", from a ratio of latencies and the verdict on it (empty without a gate). `detail` follows.
Answer speed_answer(const std::optional<Speedup>& speedup, const std::string& verdict, const std::string& detail);
/// Percentiles of both models as a chart and a table. Empty without any.
Section latency_section(const Json& first, const Json& second, const PairNames& names);
/// Median and 99th percentile in the overview.
void add_latency_rows(Table& overview, const Json& first, const Json& second, const std::optional<Speedup>& speedup);
void add_size_row(Table& overview, std::optional<double> before, std::optional<double> after);

/// "What stayed in float, and why?", from {"total", "quantized", "float": […]}.
Answer float_answer(const Json& ops);
/// Ops by type, and each op in float with its reason.
Section ops_section(const Json& result);
/// How each op was quantized, from a q_config.
Section configuration_section(const Json& result);

/// One check for each gate; a skipped one where nothing was asked for.
std::vector<Check> gate_checks(const Json& result, const std::vector<MetricPair>& pairs);

/// Rows up to kMostRows, and a sentence about the others.
inline constexpr std::size_t kMostRows = 2'000;
void limit_rows(Section& section, Table& table);

}  // namespace halftone::report

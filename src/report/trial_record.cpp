#include "report/trial_record.h"

#include <limits>
#include <utility>

#include "base/sha256.h"
#include "halftone/error.h"
#include "report/plan_json.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Json estimates_json(const std::map<std::string, Estimate>& estimates) {
  Json json = Json::object();
  for (const auto& [name, estimate] : estimates) json[name] = json_of(estimate);
  return json;
}

double number_or(const Json& json, double otherwise) { return json.is_null() ? otherwise : json.get<double>(); }

Estimate parse_estimate(const Json& json) {
  return {number_or(json.at("value"), std::numeric_limits<double>::quiet_NaN()), number_or(json.at("low"), -kInfinity),
          number_or(json.at("high"), kInfinity)};
}

std::map<std::string, Estimate> parse_estimates(const Json& json) {
  std::map<std::string, Estimate> estimates;
  for (const auto& [name, estimate] : json.items()) estimates[name] = parse_estimate(estimate);
  return estimates;
}

Json units_json(const TuneConfig& config, const TuningSpace& space) {
  Json units = Json::object();
  for (const SpaceUnit& unit : space.units()) {
    const int choice = space.choice_index(config, unit);
    if (choice >= 0) units[unit.name] = choice;
  }
  return units;
}

/// Runs a parser; what is missing or of another kind ends in one error.
template <typename Parse>
auto parsed(const char* what, Parse parse) {
  try {
    return parse();
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::invalid_data, std::string("a line of the history is no ") + what + ": " + error.what(),
                "the file may have been edited, or be of another version of halftone");
  }
}

}  // namespace

Json json_of(const TrialMeasurement& measured) {
  Json json{{"samples", measured.samples},
            {"stopped_early", measured.stopped_early},
            {"metrics", estimates_json(measured.metrics)},
            {"deltas", estimates_json(measured.deltas)},
            {"latency_ms", nullptr},
            {"latency_ratio", nullptr},
            {"size_bytes", measured.size_bytes},
            {"peak_memory_bytes", nullptr},
            {"ops", {{"total", measured.ops}, {"quantized", measured.quantized_ops}}},
            {"conversions", json_of(measured.conversions)},
            {"seconds", Json::object()}};
  if (measured.latency_ms) json["latency_ms"] = *measured.latency_ms;
  if (measured.latency_ratio) json["latency_ratio"] = json_of(*measured.latency_ratio);
  if (measured.peak_memory_bytes) json["peak_memory_bytes"] = *measured.peak_memory_bytes;
  for (const auto& [stage, seconds] : measured.seconds) json["seconds"][stage] = seconds;
  return json;
}

TrialMeasurement parse_measurement(const Json& json) {
  return parsed("measurement", [&] {
    TrialMeasurement measured;
    measured.samples = json.at("samples").get<std::uint64_t>();
    measured.stopped_early = json.at("stopped_early").get<bool>();
    measured.metrics = parse_estimates(json.at("metrics"));
    measured.deltas = parse_estimates(json.at("deltas"));
    if (!json.at("latency_ms").is_null()) measured.latency_ms = json.at("latency_ms").get<double>();
    if (!json.at("latency_ratio").is_null()) measured.latency_ratio = parse_estimate(json.at("latency_ratio"));
    measured.size_bytes = json.at("size_bytes").get<std::uint64_t>();
    const Json& memory = json.at("peak_memory_bytes");
    if (!memory.is_null()) measured.peak_memory_bytes = memory.get<std::uint64_t>();
    measured.ops = json.at("ops").at("total").get<std::size_t>();
    measured.quantized_ops = json.at("ops").at("quantized").get<std::size_t>();
    const Json& conversions = json.at("conversions");
    measured.conversions = {conversions.at("quantize").get<int>(), conversions.at("dequantize").get<int>(),
                            conversions.at("islands").get<int>()};
    for (const auto& [stage, seconds] : json.at("seconds").items()) measured.seconds[stage] = seconds.get<double>();
    return measured;
  });
}

Json trial_line(const Trial& trial, const TuningSpace& space) {
  Json line{{"trial", trial.id},
            {"stage", trial.proposal.stage},
            {"changes", trial.proposal.changes},
            {"units", units_json(trial.proposal.config, space)}};
  if (trial.failed())
    line["error"] = trial.error;
  else
    line.update(json_of(trial.measured));
  return line;
}

Trial parse_trial_line(const Json& line, const TuningSpace& space) {
  return parsed("trial", [&] {
    Trial trial;
    trial.id = line.at("trial").get<int>();
    trial.proposal.stage = line.at("stage").get<std::string>();
    trial.proposal.changes = line.at("changes").get<std::string>();
    if (trial.id != 0) trial.proposal.config = parse_units(line.at("units"), space);
    if (line.contains("error"))
      trial.error = line.at("error").get<std::string>();
    else
      trial.measured = parse_measurement(line);
    return trial;
  });
}

Json sensitivity_line(Sensitivity measure, const TuneConfig& config, const std::map<std::string, double>& values,
                      const TuningSpace& space) {
  Json json{{"sensitivity", to_string(measure)}, {"units", units_json(config, space)}, {"values", Json::object()}};
  for (const auto& [unit, value] : values) json["values"][unit] = value;
  return json;
}

TuneConfig parse_units(const Json& units, const TuningSpace& space) {
  return parsed("configuration", [&] {
    TuneConfig config = space.in_float();
    for (const auto& [name, index] : units.items()) {
      const std::vector<OpChoice>& choices = space.unit(name).choices;
      const auto choice = index.get<std::size_t>();
      if (choice >= choices.size()) {
        throw Error(ErrorCode::invalid_data, "the history has a choice of '" + name + "' that there is not");
      }
      config.units[name] = {choices[choice], {}};
    }
    return config;
  });
}

std::string space_sha256(const TuningSpace& space) {
  std::string text;
  for (const SpaceUnit& unit : space.units()) {
    text += unit.name + "\n";
    for (const OpChoice& choice : unit.choices) text += "  " + json_of(choice).dump() + "\n";
  }
  return sha256_of(text);
}

}  // namespace halftone

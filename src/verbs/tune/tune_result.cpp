#include <algorithm>

#include "base/host.h"
#include "halftone/error.h"
#include "report/plan_json.h"
#include "report/trial_record.h"
#include "verbs/latency_report.h"
#include "verbs/tune/tune_job.h"

namespace halftone {
namespace {

Json criteria_json(const AccuracyGoal& goal, const TrialMeasurement& baseline) {
  Json criteria = Json::array();
  for (const MetricCriterion& criterion : goal.criteria) {
    criteria.push_back({{"metric", criterion.metric},
                        {"max_drop", criterion.text},
                        {"limit", json_of(limit_of(criterion, baseline))},
                        {"higher_is_better", criterion.higher_is_better},
                        {"weight", criterion.weight ? Json(*criterion.weight) : Json(nullptr)}});
  }
  return criteria;
}

std::string verdict_of(const Trial& trial) {
  if (trial.failed()) return "failed";
  if (trial.met || !trial.accuracy) return "met";
  return std::string(to_string(*trial.accuracy == Verdict::met ? Verdict::not_met : *trial.accuracy));
}

Json trial_json(const Trial& trial) {
  Json json{{"id", trial.id}, {"stage", trial.proposal.stage}, {"changes", trial.proposal.changes}};
  json.update(json_of(trial.measured));
  json["verdict"] = verdict_of(trial);
  json["error"] = trial.failed() ? Json(trial.error) : Json(nullptr);
  return json;
}

}  // namespace

Json TuneJob::goal_json() const {
  Json objective = Json::object();
  for (const auto& [kind, weight] : goal_.objective.parts) objective[std::string(to_string(kind))] = weight;
  const Config::Tuning& tuning = config_.tuning;
  return {{"criteria", criteria_json(goal_.accuracy, tuner_->history().baseline().measured)},
          {"decide", config_.accuracy.decide},
          {"confidence", config_.accuracy.confidence},
          {"objective", objective},
          {"min_speedup", goal_.min_speedup ? Json(*goal_.min_speedup) : Json(nullptr)},
          {"stop",
           {{"effort", tuning.effort},
            {"max_trials", tuning.max_trials},
            {"timeout_s", tuning.timeout_seconds ? Json(*tuning.timeout_seconds) : Json(nullptr)}}}};
}

Json TuneJob::trials_json() const {
  Json trials = Json::array();
  for (const Trial& trial : tuner_->history().trials()) trials.push_back(trial_json(trial));
  return trials;
}

Json TuneJob::units_json() const {
  Json units = Json::array();
  const TuneConfig& config =
      tuner_->history().trials()[static_cast<std::size_t>(outcome_.best.value_or(0))].proposal.config;
  for (const SpaceUnit& unit : space_->units()) {
    const auto found = config.units.find(unit.name);
    const bool quantized = found != config.units.end() && found->second.choice.has_value();
    Json& json = units.emplace_back(Json{{"name", unit.name}, {"type", unit.type}, {"pattern", unit.pattern}});
    json["choice"] = quantized ? Json(to_string(*found->second.choice)) : Json("fp32");
    json["reason"] = nullptr;
    if (quantized) continue;
    json["reason"] = found != config.units.end() ? found->second.reason : "float was chosen";
  }
  return units;
}

Json TuneJob::sensitivity_json() const {
  if (sensitivity_->last().empty()) return nullptr;
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [unit, value] : sensitivity_->last()) sorted.emplace_back(value, unit);
  std::ranges::stable_sort(sorted, std::greater{}, [](const auto& entry) { return entry.first; });
  Json json = Json::array();
  for (const auto& [value, unit] : sorted) {
    json.push_back({{"name", unit},
                    {"type", space_->unit(unit).type},
                    {"value", json_of(value)},
                    {"measure", to_string(sensitivity_->last_measure())}});
  }
  return json;
}

Json TuneJob::selection_json() const {
  if (!selected_) return {{"how", "none"}, {"confidence", nullptr}, {"samples", 0}, {"metrics", Json::object()}};
  Json metrics = Json::object();
  for (const MetricComparison& metric : selected_->comparisons) {
    metrics[metric.name] = {{"float", metric.baseline ? json_of(*metric.baseline) : Json(nullptr)},
                            {"value", json_of(metric.value)},
                            {"delta", metric.delta ? json_of(*metric.delta) : Json(nullptr)}};
  }
  return {{"how", selected_->how},
          {"confidence", selected_->confidence},
          {"samples", selected_->samples},
          {"metrics", metrics}};
}

/// What is known of the kept model's plan; of float, that nothing is quantized.
Json TuneJob::best_json() const {
  const std::optional<QuantizationPlan>& plan = trials_->kept_plan();
  if (!plan) return {{"approach", nullptr}, {"ops", nullptr}, {"conversions", nullptr}, {"q_config", nullptr}};
  return {{"approach", approach_of(*plan, config_)},
          {"ops", ops_json(*plan)},
          {"conversions", json_of(plan->conversions)},
          {"q_config", quantization_config_json(*plan, {setup_.opened.sha256, setup_.prepared->sha256(),
                                                        setup_.capability.section, preparation_steps(config_)})}};
}

Json TuneJob::seconds_json() const {
  Json seconds = Json::object();
  const auto at = [](const std::map<std::string, double>& stages, const std::string& stage) {
    const auto found = stages.find(stage);
    return found == stages.end() ? 0 : found->second;
  };
  for (const char* stage : {"load", "prepare", "calibrate", "trials", "confirm"}) seconds[stage] = at(seconds_, stage);
  // Of trials and of what came after them: judging models, and timing them.
  double evaluate = at(seconds_, "evaluate");
  double benchmark = 0;
  for (const Trial& trial : tuner_->history().trials()) {
    evaluate += at(trial.measured.seconds, "evaluate");
    benchmark += at(trial.measured.seconds, "benchmark");
  }
  seconds["evaluate"] = evaluate;
  seconds["benchmark"] = benchmark;
  seconds["total"] = total_.seconds();
  return seconds;
}

std::string TuneJob::verdict() const {
  if (outcome_.target_met) return std::string(to_string(Verdict::met));
  const auto& trials = tuner_->history().trials();
  const bool undecided = std::ranges::any_of(
      trials, [](const Trial& trial) { return trial.accuracy && *trial.accuracy == Verdict::undecided; });
  return std::string(to_string(undecided ? Verdict::undecided : Verdict::not_met));
}

Result TuneJob::result() {
  const TrialHistory& history = tuner_->history();
  const Trial& baseline = history.baseline();
  const std::vector<MetricCriterion>& criteria = goal_.accuracy.criteria;
  const MetricCriterion& first = criteria.front();
  Json metrics = Json::object();
  for (const auto& [name, estimate] : baseline.measured.metrics) metrics[name] = json_of(estimate);
  const auto latency = baseline.measured.latency_ms;
  const bool each_trial = data_.calibration && maker_.passes_each_time();
  Json body{{"baseline",
             {{"metrics", metrics},
              {"latency_ms", latency ? Json(*latency) : Json(nullptr)},
              {"size_bytes", baseline.measured.size_bytes},
              {"peak_memory_bytes",
               baseline.measured.peak_memory_bytes ? Json(*baseline.measured.peak_memory_bytes) : Json(nullptr)},
              {"samples", baseline.measured.samples}}},
            {"goal", goal_json()},
            {"strategy", config_.tuning.strategy},
            {"seed", config_.seed},
            {"trials", trials_json()},
            {"best", outcome_.best ? Json(*outcome_.best) : Json(nullptr)},
            {"target_met", outcome_.target_met},
            {"verdict", verdict()},
            {"stop_reason", to_string(outcome_.reason)},
            {"pareto", pareto_front(history, first.metric, first.higher_is_better)},
            {"selection", selection_json()},
            {"output", request_.output.string()},
            {"output_sha256", hash_of_model(request_.output, *reopened_)},
            {"history", (request_.replay ? *request_.replay : side_file("jsonl")).string()},
            {"calibration",
             {{"samples", maker_.samples()},
              {"cached", maker_.statistics().was_known},
              {"table", data_.calibration && !each_trial ? Json(table_file().string()) : Json(nullptr)},
              {"each_trial", each_trial}}},
            {"snippet", adaptor().snippet(request_.output)},
            {"verified", verified_},
            {"units", units_json()},
            {"sensitivity", sensitivity_json()},
            {"seconds", seconds_json()},
            {"peak_memory_bytes", peak_memory_bytes()}};
  body.update(best_json());
  return run_.result(body);
}

}  // namespace halftone

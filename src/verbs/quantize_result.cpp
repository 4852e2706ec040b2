#include <set>

#include "base/host.h"
#include "report/plan_json.h"
#include "verbs/gate_report.h"
#include "verbs/latency_report.h"
#include "verbs/quantize_job.h"

namespace halftone {
namespace {

// Of the activations whose ranges were calibrated.
Json range_method_of(const QuantizationPlan& plan) {
  std::set<std::string> methods;
  for (const TensorPlan& tensor : plan.tensors) methods.emplace(to_string(tensor.spec.range_method));
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : "+") + method;
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

Json QuantizeJob::latency_json() const {
  if (!latency_) return nullptr;
  return {{"float", json_of(latency_->a)},
          {"quantized", json_of(latency_->b)},
          {"ratio", ratio_json(latency_->ratio)},
          {"pairs", latency_->pairs},
          {"threads", run_.threads()}};
}

Json QuantizeJob::requires_json() const {
  const std::optional<VersionRange>& range = adaptor().query().section().range;
  const std::optional<Version> own = parse_version(adaptor().framework().version);
  const std::optional<Version> least = range ? range->low : own;
  return {{"framework", least ? Json(">=" + to_string(*least)) : Json(nullptr)},
          {"env", nullptr},
          {"isa", config_.target_isa}};
}

Json QuantizeJob::seconds_json() const {
  Json seconds = Json::object();
  for (const char* stage : {"load", "prepare", "calibrate", "convert", "choose", "save", "evaluate", "benchmark"}) {
    const auto found = seconds_.find(stage);
    seconds[stage] = found == seconds_.end() ? 0 : found->second;
  }
  seconds["total"] = total_.seconds();
  return seconds;
}

Result QuantizeJob::result() {
  const std::vector<MetricComparison> comparisons =
      judgement_ ? judgement_->comparisons : std::vector<MetricComparison>{};
  const GateReport gates = judge(config_, comparisons, judgement_ ? judgement_->samples : 0, latency_);
  return run_.result({{"output", output_.string()},
                      {"output_sha256", reopened_.sha256},
                      {"approach", approach_of(quantized_.plan, config_)},
                      {"approaches", approaches_},
                      {"seed", config_.seed},
                      {"requires", requires_json()},
                      {"snippet", adaptor().snippet(output_)},
                      {"ops", ops_json(quantized_.plan)},
                      {"verified", verified_},
                      {"saturation", saturation_},
                      {"conversions", json_of(quantized_.plan.conversions)},
                      {"calibration",
                       {{"samples", maker_.samples()},
                        {"range_method", range_method_of(quantized_.plan)},
                        {"cached", maker_.statistics().was_known}}},
                      {"accuracy", judgement_ ? accuracy_json(comparisons) : Json(nullptr)},
                      {"latency_ms", latency_json()},
                      {"gate", gates.gate},
                      {"verdict", gates.verdict_json()},
                      {"samples_needed", gates.samples_needed_json()},
                      {"seconds", seconds_json()},
                      {"peak_memory_bytes", peak_memory_bytes()},
                      {"size_bytes", {{"before", float_model().size_bytes()}, {"after", staging_.size_bytes()}}},
                      {"q_config", quantization_config_json(quantized_.plan,
                                                            {setup_.opened.sha256, prepared_sha256_.get(),
                                                             setup_.capability.section, preparation_steps(config_)})}});
}

}  // namespace halftone

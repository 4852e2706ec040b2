#include "verbs/quantization_checks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/describe.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kLookedAt = 32;
constexpr std::size_t kEnoughToJudge = 50;
constexpr double kTimesChance = 1.5;
constexpr std::size_t kNamed = 3;

std::string name_some(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) text += (i == 0 ? "'" : ", '") + names[i] + "'";
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

std::size_t count_nonfinite(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) return 0;
  const std::vector<float> values = tensor.to_floats();
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); }));
}

// Conversions on all sides of an op are what a framework builds a low-precision kernel from, whatever was planned.
void warn_of_unplanned_kernels(const QuantizationPlan& plan, const std::map<std::string, bool>& runs_low,
                               Progress& progress) {
  std::vector<std::string> unplanned;
  for (const OpPlan& op : plan.ops) {
    const auto found = runs_low.find(op.name);
    if (!op.quantized && found != runs_low.end() && found->second) unplanned.push_back(op.name);
  }
  if (unplanned.empty()) return;
  progress.warn(
      std::to_string(unplanned.size()) +
      " ops that stay in float in the file run in low precision here, since conversions stand on all sides of "
      "them: " +
      name_some(unplanned));
}

template <typename T>
Tensor remainders(const Tensor& tensor) {
  const std::span<const T> values = tensor.values<T>();
  std::vector<T> remainders(values.begin(), values.end());
  for (T& value : remainders) value %= 2;
  return Tensor::from(std::move(remainders), tensor.shape());
}

}  // namespace

void warn_of_suspicious_data(const SampleSet& calibration, const std::vector<TensorSignature>& inputs,
                             Progress& progress) {
  const std::size_t items = std::min(calibration.limit.value_or(kLookedAt), kLookedAt);
  const DataDescription described = describe_data(calibration.source, inputs, items, calibration.seed);
  for (const std::string& warning : described.warnings) progress.warn("calibration data: " + warning);
}

void warn_of_chance_level(const Measurement& baseline, const std::vector<MetricEstimate>& estimates,
                          Progress& progress) {
  if (baseline.samples() < kEnoughToJudge || baseline.classes < 2) return;
  const double chance = 1.0 / static_cast<double>(baseline.classes);
  for (const MetricEstimate& metric : estimates) {
    if (metric.name != "top1" || metric.value.value > kTimesChance * chance) continue;
    progress.warn("the float model is at chance level (top1 " + std::to_string(metric.value.value) + " with " +
                  std::to_string(baseline.classes) +
                  " classes): is the preprocessing right, and do the labels count as the model does?");
  }
}

void warn_of_lost_ops(const QuantizationPlan& outline, const QuantizationPlan& plan, Progress& progress) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (std::size_t i = 0; i < std::min(outline.ops.size(), plan.ops.size()); ++i) {
    if (outline.ops[i].quantized && !plan.ops[i].quantized) by_reason[plan.ops[i].reason].push_back(plan.ops[i].name);
  }
  for (const auto& [reason, names] : by_reason) {
    progress.warn(std::to_string(names.size()) + " ops stay in float after calibration (" + reason +
                  "): " + name_some(names));
  }
}

NamedTensors with_small_indices(NamedTensors inputs) {
  for (NamedTensor& input : inputs) {
    if (input.value.dtype() == DType::s64) input.value = remainders<std::int64_t>(input.value);
    if (input.value.dtype() == DType::s32) input.value = remainders<std::int32_t>(input.value);
  }
  return inputs;
}

Json check_executed_ops(const QuantizationPlan& plan, const std::optional<std::vector<ExecutedOp>>& executed,
                        Progress& progress) {
  if (!executed) return nullptr;
  std::map<std::string, bool> runs_low;
  for (const ExecutedOp& op : *executed) runs_low[op.name] = op.low_precision;
  std::size_t planned = 0;
  std::size_t confirmed = 0;
  std::vector<std::string> in_float;
  warn_of_unplanned_kernels(plan, runs_low, progress);
  for (const OpPlan& op : plan.ops) {
    if (!op.quantized || !op.is_anchor || !op.choice || op.choice->runs != Runs::int8) continue;
    ++planned;
    const auto found = runs_low.find(op.name);
    if (found == runs_low.end()) continue;
    if (found->second)
      ++confirmed;
    else
      in_float.push_back(op.name);
  }
  const auto low = std::count_if(executed->begin(), executed->end(), [](const auto& op) { return op.low_precision; });
  if (!in_float.empty()) {
    progress.warn(std::to_string(in_float.size()) +
                  " ops were planned as low-precision kernels, but the framework runs them in float here: " +
                  name_some(in_float));
  } else if (low == 0 && planned > 0) {
    progress.warn("the framework runs no op of the quantized model in low precision on this machine");
  }
  return {{"planned", planned}, {"low_precision", confirmed}, {"not_low_precision", in_float}, {"executed", low}};
}

void check_saved_model(const std::vector<TensorSignature>& outputs, const NamedTensors& got,
                       const std::function<NamedTensors()>& run_float) {
  NamedTensors expected;
  for (const TensorSignature& output : outputs) {
    const Tensor* found = find_tensor(got, output.name);
    if (found == nullptr || outputs.size() != got.size()) {
      throw Error(ErrorCode::internal,
                  "the quantized model does not give output '" + output.name + "' of the float model");
    }
    const std::size_t broken = count_nonfinite(*found);
    if (broken == 0) continue;
    if (expected.empty()) expected = run_float();
    const Tensor* before = find_tensor(expected, output.name);
    if (before != nullptr && count_nonfinite(*before) > 0) continue;
    throw Error(ErrorCode::internal, "the quantized model gives " + std::to_string(broken) +
                                         " NaN or infinite values in output '" + output.name +
                                         "' where the float model gives none");
  }
}

}  // namespace halftone

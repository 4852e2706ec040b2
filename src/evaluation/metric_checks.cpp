#include "evaluation/metric_checks.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

template <typename T>
std::vector<double> doubles_of(const Tensor& tensor) {
  const std::span<const T> values = tensor.values<T>();
  return std::vector<double>(values.begin(), values.end());
}

template <typename T>
std::vector<std::int64_t> integers_of(const std::string& metric, const Tensor& tensor) {
  std::vector<std::int64_t> integers;
  integers.reserve(tensor.size());
  for (const T value : tensor.values<T>()) {
    if (!std::in_range<std::int64_t>(value)) {
      fail_metric(metric, "the target has " + std::to_string(value) + ", which is too large");
    }
    integers.push_back(static_cast<std::int64_t>(value));
  }
  return integers;
}

std::vector<std::int64_t> whole_numbers_of(const std::string& metric, const std::vector<double>& values) {
  constexpr double kMostExact = 9007199254740992;  // 2^53
  std::vector<std::int64_t> integers;
  integers.reserve(values.size());
  for (const double value : values) {
    if (value != std::floor(value) || std::abs(value) > kMostExact) {
      fail_metric(metric, "the target has " + std::to_string(value) + " where whole numbers are expected");
    }
    integers.push_back(static_cast<std::int64_t>(value));
  }
  return integers;
}

}  // namespace

void fail_metric(const std::string& metric, const std::string& problem, const std::string& hint) {
  throw Error(ErrorCode::invalid_data, "metric '" + metric + "': " + problem, hint);
}

void require_ranked(const std::string& metric, const char* whose, std::span<const float> row) {
  if (row.empty()) fail_metric(metric, std::string("the row of the ") + whose + " is empty");
  const auto bad = std::find_if(row.begin(), row.end(), [](float value) { return std::isnan(value); });
  if (bad == row.end()) return;
  fail_metric(metric,
              "the row of the " + std::string(whose) + " has NaN at index " + std::to_string(bad - row.begin()));
}

void require_finite(const std::string& metric, const char* whose, std::span<const float> row) {
  require_ranked(metric, whose, row);
  const auto bad = std::find_if(row.begin(), row.end(), [](float value) { return std::isinf(value); });
  if (bad == row.end()) return;
  fail_metric(metric,
              "the row of the " + std::string(whose) + " is infinite at index " + std::to_string(bad - row.begin()));
}

void require_label(const std::string& metric, std::int64_t label, std::size_t classes) {
  if (label >= 0 && static_cast<std::uint64_t>(label) < classes) return;
  fail_metric(metric,
              "label " + std::to_string(label) + " is not one of the " + std::to_string(classes) + " classes 0 to " +
                  std::to_string(classes - 1),
              "check that labels count from 0 as the model's classes do");
}

std::int64_t predicted_class(std::span<const float> row) {
  if (row.size() == 1) return row[0] > 0.5F ? 1 : 0;
  return std::max_element(row.begin(), row.end()) - row.begin();
}

const NamedTensors& require_outputs(const std::string& metric, const MetricSample& sample) {
  if (sample.outputs == nullptr || sample.outputs->empty()) fail_metric(metric, "the model gave no output");
  return *sample.outputs;
}

const Tensor& require_target(const std::string& metric, const MetricSample& sample) {
  if (sample.target == nullptr) fail_metric(metric, "the sample has no target", "name the truth (labels=…)");
  return *sample.target;
}

std::vector<double> target_numbers(const std::string& metric, const MetricSample& sample) {
  const Tensor& target = require_target(metric, sample);
  std::vector<double> values;
  if (target.dtype() == DType::f64)
    values = doubles_of<double>(target);
  else if (target.dtype() == DType::s32)
    values = doubles_of<std::int32_t>(target);
  else if (target.dtype() == DType::s64)
    values = doubles_of<std::int64_t>(target);
  else if (target.dtype() == DType::string)
    fail_metric(metric, "the target is text, wanted are numbers");
  else
    for (const float value : target.to_floats()) values.push_back(value);
  const auto bad = std::ranges::find_if(values, [](double value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    fail_metric(metric, "the target is not finite at index " + std::to_string(bad - values.begin()));
  }
  return values;
}

std::vector<std::int64_t> target_integers(const std::string& metric, const MetricSample& sample) {
  const Tensor& target = require_target(metric, sample);
  switch (target.dtype()) {
    case DType::s64:
      return integers_of<std::int64_t>(metric, target);
    case DType::u64:
      return integers_of<std::uint64_t>(metric, target);
    case DType::s32:
      return integers_of<std::int32_t>(metric, target);
    case DType::u32:
      return integers_of<std::uint32_t>(metric, target);
    default:
      return whole_numbers_of(metric, target_numbers(metric, sample));
  }
}

Shape without_ones(const Shape& shape) {
  Shape kept;
  std::ranges::copy_if(shape, std::back_inserter(kept), [](std::int64_t extent) { return extent != 1; });
  return kept;
}

}  // namespace halftone

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_families.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

[[noreturn]] void fail_without_samples(const Metric& metric) {
  throw Error(ErrorCode::invalid_data, "metric '" + metric.name() + "' has no samples");
}

}  // namespace

Metric::~Metric() = default;

double Metric::value(const MetricRows& rows) const {
  if (rows.empty()) fail_without_samples(*this);
  const std::vector<std::uint32_t> once(rows.size(), 1);
  const double value = weighted(rows)(once);
  if (std::isfinite(value)) return value;
  throw Error(ErrorCode::invalid_data, "metric '" + name() + "' is not defined: " + undefined());
}

double MeanMetric::aggregate(std::span<const double> scores) const {
  if (scores.empty()) fail_without_samples(*this);
  double sum = 0;
  for (const double score : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

WeightedValue MeanMetric::weighted(const MetricRows& rows) const {
  std::vector<double> scores;
  for (std::size_t sample = 0; sample < rows.size(); ++sample) scores.push_back(rows[sample].front());
  return [scores = std::move(scores)](std::span<const std::uint32_t> weights) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      sum += weights[i] * scores[i];
      count += weights[i];
    }
    return sum / count;
  };
}

std::unique_ptr<MeanMetric> make_mean_metric(const std::string& name) {
  for (const auto make : {make_class_metric, make_reference_metric, make_difference_metric}) {
    if (auto metric = make(name)) return metric;
  }
  make_metric(name);
  throw Error(ErrorCode::invalid_argument, "metric '" + name + "' is no mean of scores");
}

}  // namespace halftone

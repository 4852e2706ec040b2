#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

/// Calls use(difference) for each value of the output and the target's at its place.
template <typename Use>
void for_each_difference(const std::string& metric, const MetricSample& sample, Use use) {
  require_finite(metric, "output", sample.output);
  const std::vector<double> target = target_numbers(metric, sample);
  if (target.size() != sample.output.size()) {
    fail_metric(metric,
                "the output has " + std::to_string(sample.output.size()) + " values a sample, the target " +
                    std::to_string(target.size()),
                "the target needs a number for each value of the first output");
  }
  for (std::size_t i = 0; i < target.size(); ++i) use(sample.output[i] - target[i]);
}

/// The mean over a sample's values of a measure of their differences.
class MeanDifference final : public MeanMetric {
 public:
  MeanDifference(std::string name, double (*measure)(double)) : name_(std::move(name)), measure_(measure) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return false; }

  double score(const MetricSample& sample) const override {
    double sum = 0;
    for_each_difference(name_, sample, [&](double difference) { sum += measure_(difference); });
    return sum / static_cast<double>(sample.output.size());
  }

 private:
  std::string name_;
  double (*measure_)(double);
};

/// A row is the sum of the squares and their number.
class RootMeanSquare final : public Metric {
 public:
  std::string name() const override { return "rmse"; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return false; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    double squares = 0;
    for_each_difference(name(), sample, [&](double difference) { squares += difference * difference; });
    return {squares, static_cast<double>(sample.output.size())};
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    std::vector<std::array<double, 2>> sums;
    for (std::size_t i = 0; i < rows.size(); ++i) sums.push_back({rows[i][0], rows[i][1]});
    return [sums = std::move(sums)](std::span<const std::uint32_t> weights) {
      double squares = 0;
      double count = 0;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        squares += weights[i] * sums[i][0];
        count += weights[i] * sums[i][1];
      }
      return std::sqrt(squares / count);
    };
  }
};

}  // namespace

std::unique_ptr<MeanMetric> make_difference_metric(const std::string& name) {
  if (name == "mae") return std::make_unique<MeanDifference>(name, [](double d) { return std::abs(d); });
  if (name == "mse_to_target") return std::make_unique<MeanDifference>(name, [](double d) { return d * d; });
  return nullptr;
}

std::unique_ptr<Metric> make_rmse(const std::string& name) {
  return name == "rmse" ? std::make_unique<RootMeanSquare>() : nullptr;
}

}  // namespace halftone

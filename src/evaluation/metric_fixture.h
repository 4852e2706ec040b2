#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "halftone/evaluation.h"

namespace halftone {

/// Samples of a test, gathered as rows of one metric.
class MetricFixture {
 public:
  explicit MetricFixture(const std::string& metric) : metric_(make_metric(metric)) {}

  MetricFixture& labelled(const std::vector<float>& output, std::int64_t label) {
    rows_.add(metric_->contribution({.output = output, .label = label}));
    return *this;
  }
  /// The first output is what has values of its own.
  MetricFixture& targeted(const NamedTensors& outputs, const Tensor& target) {
    const std::vector<float> first = outputs.front().value.to_floats();
    rows_.add(metric_->contribution({.output = first, .outputs = &outputs, .target = &target}));
    return *this;
  }
  MetricFixture& targeted(const Tensor& output, const Tensor& target) {
    return targeted(NamedTensors{{"y", output}}, target);
  }
  /// One number a sample.
  MetricFixture& targeted(float output, double target) {
    return targeted(Tensor::from(std::vector{output}, {1}), Tensor::from(std::vector{target}, {1}));
  }

  const Metric& metric() const { return *metric_; }
  const MetricRows& rows() const { return rows_; }
  double value() const { return metric_->value(rows_); }
  double value(const std::vector<std::uint32_t>& weights) const { return metric_->weighted(rows_)(weights); }

 private:
  std::unique_ptr<Metric> metric_;
  MetricRows rows_;
};

inline Tensor floats(std::vector<float> values, Shape shape) {
  return Tensor::from(std::move(values), std::move(shape));
}
inline Tensor longs(std::vector<std::int64_t> values, Shape shape) {
  return Tensor::from(std::move(values), std::move(shape));
}

}  // namespace halftone

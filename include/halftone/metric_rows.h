#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace halftone {

/// What each sample adds to a metric: a row of numbers, of any length, whose meaning the metric alone knows.
class MetricRows {
 public:
  void add(std::span<const double> row);
  /// Puts the rows of other samples behind these.
  void append(const MetricRows& more);
  /// The rows of the first samples; all of them where there are fewer.
  MetricRows first(std::size_t samples) const;
  /// Samples.
  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::span<const double> operator[](std::size_t sample) const;
  friend bool operator==(const MetricRows&, const MetricRows&) = default;

 private:
  std::vector<double> numbers_;
  std::vector<std::size_t> ends_;
};

}  // namespace halftone

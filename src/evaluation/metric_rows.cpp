#include "halftone/metric_rows.h"

#include <algorithm>

namespace halftone {

void MetricRows::add(std::span<const double> row) {
  numbers_.insert(numbers_.end(), row.begin(), row.end());
  ends_.push_back(numbers_.size());
}

void MetricRows::append(const MetricRows& more) {
  for (std::size_t sample = 0; sample < more.size(); ++sample) add(more[sample]);
}

MetricRows MetricRows::first(std::size_t samples) const {
  MetricRows rows;
  for (std::size_t i = 0; i < std::min(samples, size()); ++i) rows.add((*this)[i]);
  return rows;
}

std::span<const double> MetricRows::operator[](std::size_t sample) const {
  const std::size_t begin = sample == 0 ? 0 : ends_[sample - 1];
  return std::span(numbers_).subspan(begin, ends_[sample] - begin);
}

}  // namespace halftone

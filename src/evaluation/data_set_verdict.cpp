#include "evaluation/data_set_verdict.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "halftone/error.h"

namespace halftone {
namespace {

/// Shares of the largest bet that cannot ruin: from 0.9 down, each 1.4 times smaller.
double fraction(std::size_t bet) { return 0.9 * std::pow(1.4, -static_cast<double>(bet)); }

/// Logarithm of the mean of the capitals.
template <typename Logs>
double log_mean(const Logs& logs) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - most);
  return most + std::log(sum / static_cast<double>(logs.size()));
}

}  // namespace

DataSetVerdict::DataSetVerdict(Bounds bounds, double limit, std::uint64_t size, double confidence)
    : bounds_(bounds), limit_(limit), size_(size), log_threshold_(std::log(2 / (1 - confidence))) {
  const bool sound = confidence > 0 && confidence < 1 && std::isfinite(bounds.low) && std::isfinite(bounds.high) &&
                     bounds.low < bounds.high && size > 0 && std::isfinite(limit);
  if (!sound)
    throw Error(ErrorCode::invalid_argument, "a verdict needs a confidence between 0 and 1, bounds and values");
}

double DataSetVerdict::mean_of_the_rest() const {
  return (static_cast<double>(size_) * limit_ - sum_) / static_cast<double>(size_ - seen_);
}

void DataSetVerdict::add(double value) {
  if (!(value >= bounds_.low && value <= bounds_.high)) {
    throw Error(ErrorCode::invalid_data, "a difference of " + std::to_string(value) + " is out of the metric's bounds");
  }
  if (seen_ == size_)
    throw Error(ErrorCode::invalid_data, "the data set has no more than " + std::to_string(size_) + " values");
  const double mean = mean_of_the_rest();
  if (mean > bounds_.low && mean < bounds_.high) {
    for (std::size_t bet = 0; bet < kBets; ++bet) {
      above_[bet] += std::log1p(fraction(bet) * (value - mean) / (mean - bounds_.low));
      below_[bet] += std::log1p(fraction(bet) * (mean - value) / (bounds_.high - mean));
    }
  }
  ++seen_;
  sum_ += value;
}

std::optional<bool> DataSetVerdict::is_at_least() const {
  if (seen_ == size_) return sum_ >= static_cast<double>(size_) * limit_;
  const double mean = mean_of_the_rest();
  if (mean <= bounds_.low) return true;  // whatever is left
  if (mean >= bounds_.high) return false;
  if (seen_ == 0) return std::nullopt;
  if (log_mean(above_) >= log_threshold_) return true;
  if (log_mean(below_) >= log_threshold_) return false;
  return std::nullopt;
}

}  // namespace halftone

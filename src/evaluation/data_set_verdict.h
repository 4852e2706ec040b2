#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "halftone/certainty.h"

namespace halftone {

/// Tells on which side of a limit the mean of a whole data set lies, while its values come in in random order. The
/// question is about these values, not about the population that they were drawn from: with each value fewer are left
/// that could change the answer, and at the latest it is known when those left cannot.
///
/// By betting without replacement (I. Waudby-Smith, A. Ramdas, "Confidence sequences for sampling without replacement",
/// NeurIPS 2020, arXiv 2006.04347): if the mean of all were the limit, the values left would have a known mean; a
/// gambler who bets against that gets rich only if it is not so. The capital is divided among constant fractions.
class DataSetVerdict {
 public:
  /// The chance of a wrong answer, at whatever moment it is given, is at most 1 - `confidence`. Throws
  /// invalid_argument unless 0 < confidence < 1, the bounds are finite and apart, and size > 0.
  DataSetVerdict(Bounds bounds, double limit, std::uint64_t size, double confidence);

  /// Throws invalid_data for what is NaN, out of bounds, or one value too many.
  void add(double value);
  /// The mean of all is at least the limit (true), at most the limit (false), or it is not known yet.
  std::optional<bool> is_at_least() const;

 private:
  static constexpr std::size_t kBets = 16;
  double mean_of_the_rest() const;

  Bounds bounds_;
  double limit_;
  std::uint64_t size_;
  double log_threshold_;
  std::uint64_t seen_ = 0;
  double sum_ = 0;
  std::array<double, kBets> above_{};  // logarithms of the capitals of those who bet on a higher mean
  std::array<double, kBets> below_{};
};

}  // namespace halftone

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "halftone/evaluation.h"

namespace halftone {

/// Least and greatest value that can occur.
struct Bounds {
  double low = 0;
  double high = 1;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// Bounds of a metric's scores that hold whatever a model gives: 0 and 1 for binary metrics, -1 and 1 for cosine;
/// absent for the others.
std::optional<Bounds> score_bounds(const Metric& metric);
/// Bounds of the paired differences candidate - baseline of such scores.
std::optional<Bounds> difference_bounds(const Metric& metric);

/// Interval of the mean of a bounded population that holds at all times at once: with a probability of `confidence` or
/// more, none of the intervals of the sequence, one after each value, misses the mean. So it may be looked at while the
/// values come in, and the values may end because of what was seen; an interval for a fixed number of values may not.
/// It holds for any number of values, with no appeal to a normal distribution.
///
/// What has to be true: each value's expectation, given those before it, is the mean. Values drawn at random from the
/// population have that, and so have a data set's in random order, when the data set was drawn from it. The mean is the
/// population's, not the data set's: the interval does not shrink to a point when the data set ends.
///
/// By betting (I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", JRSS-B 86 (2024),
/// arXiv 2010.09686, section 4, the hedged capital process): for each candidate mean m, a gambler bets against it,
/// 1 + bet (value - m) a value, and wins steadily only where m is wrong; m is excluded when the capital reaches
/// 2 / (1 - confidence), for bets on either side. In place of bets that follow the values seen, the capital is divided
/// among constant bets and averaged, as in a universal portfolio (T. M. Cover, "Universal portfolios", Mathematical
/// Finance 1 (1991); for confidence sequences F. Orabona, K.-S. Jun, arXiv 2110.14099, and J. J. Ryu, A. Bhatt, arXiv
/// 2207.12382). The capital then depends on how often each value occurred alone: not on their order, and costs nothing
/// while values come in.
class ConfidenceSequence {
 public:
  /// Throws invalid_argument unless 0 < confidence < 1 and the bounds are finite and apart.
  ConfidenceSequence(Bounds bounds, double confidence);

  /// Throws invalid_data for what is NaN or out of bounds.
  void add(double value, std::uint64_t times = 1);
  std::uint64_t samples() const { return samples_; }
  /// The mean so far and the interval; the mean always lies within. Takes time with the number of distinct values.
  /// Throws invalid_data where there are none.
  Estimate interval() const;
  /// Whether the interval's lower end is at least `mean`; cheaper than interval().
  bool is_at_least(double mean) const;
  /// Whether the interval's upper end is at most `mean`.
  bool is_at_most(double mean) const;

 private:
  // Logarithms of the capital over what excludes `mean`: not negative where it is excluded.
  double evidence_above(double mean) const;
  double evidence_below(double mean) const;

  Bounds bounds_;
  double log_threshold_;
  std::uint64_t samples_ = 0;
  std::map<double, std::uint64_t> counts_;  // by value: any order of the same values gives the same bits
};

/// Confidence to judge the k-th of any number of trials by (k counts from 1), so that all intervals together hold with
/// `confidence`: the error 1 - confidence is spent as 6 / (pi² k²) of it, which sums to 1. For a search whose number of
/// trials is not known beforehand: what a trial gets does not depend on how long the search goes on. Throws
/// invalid_argument unless 0 < confidence < 1 and k >= 1.
double confidence_for_trial(double confidence, std::uint64_t k);
/// The same for `trials` at the most, in equal shares (Bonferroni). Throws as above.
double confidence_for_each(double confidence, std::uint64_t trials);

}  // namespace halftone

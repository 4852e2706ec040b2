#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// An estimate with the ends of its confidence interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// What a metric needs beside the model's outputs.
enum class Truth { label, reference };

/// A measure of one sample's outputs. The metric of a model is the mean of its samples' scores, so that models can be
/// compared sample by sample and the intervals below apply.
class Metric {
 public:
  virtual ~Metric();
  virtual std::string name() const = 0;
  virtual Truth truth() const = 0;
  virtual bool higher_is_better() const = 0;
  /// Scores are 0 or 1 (right or wrong), so that intervals of proportions apply.
  virtual bool is_binary() const = 0;
  /// Score of one sample. `output` is its row of the first output; `label` or `reference` (the float model's row) is
  /// given as truth() asks. Throws invalid_data when they do not fit (label out of range, sizes differ) or hold NaN.
  virtual double score(std::span<const float> output, std::int64_t label, std::span<const float> reference) const = 0;
  /// Value of the metric: the mean of the scores. Throws invalid_data where there are none.
  double aggregate(std::span<const double> scores) const;
};

/// By name. Throws invalid_argument naming the nearest.
/// - topK (top1, top5, …): the label is among the K highest; of equals, the lower index is the higher. K must be less
///   than the number of classes.
/// - accuracy: the first highest is the label. A row of one value is the probability of class 1, which it means above
///   one half.
/// - agreement: as accuracy, with the reference's class as label.
/// - mse: mean squared difference from the reference. cosine: cosine similarity with it; 1 for equal rows, 0 where one
///   row is zero.
/// - sqnr: 10 log10 of the reference's power over the difference's, in dB within ±200 (200 for equal rows). That of a
///   model is the mean of its samples' decibels, not the ratio of the sums.
std::unique_ptr<Metric> make_metric(const std::string& name);
/// Names for help texts.
std::vector<std::string> metric_names();

/// Interval of a proportion: E. B. Wilson, "Probable inference", JASA 22 (1927). All intervals throw invalid_argument
/// unless 0 < confidence < 1, and invalid_data where there are no samples.
Estimate wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence);
/// Interval of the difference (second minus first) of two proportions measured on the same samples: score interval of
/// T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
/// design", Statistics in Medicine 17 (1998). `lost`: first right, second wrong; `gained`: the reverse.
Estimate paired_proportion_interval(std::uint64_t lost, std::uint64_t gained, std::uint64_t trials, double confidence);
/// Interval of a mean by Student's t. A single value bounds nothing: low and high are infinite (null in JSON). Throws
/// invalid_data for values that are not finite.
Estimate mean_interval(std::span<const double> values, double confidence);
/// Interval of the median ratio numerator / denominator of paired positive measurements by order statistics (sign
/// test), distribution free. Of an even number, the median is the geometric mean of the middle two, so that swapping
/// the sides gives the reciprocals. Where even the extremes do not reach the confidence (fewer than 6 pairs at 0.95),
/// low is 0 and high infinite (null in JSON). Throws invalid_data for what is not positive and finite.
Estimate paired_ratio_interval(std::span<const double> numerator, std::span<const double> denominator,
                               double confidence);

/// Estimate of one model's metric from its samples' scores: Wilson's for binary metrics, Student's t for others.
Estimate estimate_metric(const Metric& metric, std::span<const double> scores, double confidence);
/// Estimate of the paired difference `candidate - baseline`: Tango's for binary metrics, Student's t of the differences
/// for others.
Estimate estimate_delta(const Metric& metric, std::span<const double> baseline, std::span<const double> candidate,
                        double confidence);

/// A tolerated loss: "0.5pt" (absolute, in hundredths: 0.005), "1%" (relative to the baseline's magnitude), or "0.01"
/// (absolute).
struct MaxDrop {
  double amount = 0;
  bool relative = false;
  /// Smallest value that passes (largest, where lower is better).
  double limit(double baseline, bool higher_is_better) const;
};
/// Throws invalid_argument.
MaxDrop parse_max_drop(std::string_view text);

}  // namespace halftone

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "halftone/metric_rows.h"
#include "halftone/tensor.h"

namespace halftone {

/// An estimate with the ends of its confidence interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// What a metric needs beside the model's outputs: a class, truth of any type and shape, or the float model's outputs.
enum class Truth { label, target, reference };

/// One sample, as metrics see it.
struct MetricSample {
  std::span<const float> output;          ///< values of the first output
  std::int64_t label = -1;                ///< for Truth::label
  std::span<const float> reference = {};  ///< the float model's row, for Truth::reference
  const NamedTensors* outputs = nullptr;  ///< all outputs without the axis that counts samples, for Truth::target
  const Tensor* target = nullptr;         ///< without the axis that counts samples, for Truth::target
};

/// How many times each sample counts → value of a metric; NaN where it is not defined. Thread safe.
using WeightedValue = std::function<double(std::span<const std::uint32_t> weights)>;

class MeanMetric;

/// A measure of a model over a set of samples: a function of what each sample contributes. Both steps are apart, so
/// that models can be compared sample by sample, and the value be taken again on other draws of the same samples.
class Metric {
 public:
  virtual ~Metric();
  virtual std::string name() const = 0;
  virtual Truth truth() const = 0;
  virtual bool higher_is_better() const = 0;
  /// Scores are 0 or 1 (right or wrong), so that intervals of proportions apply.
  virtual bool is_binary() const { return false; }
  /// The metric as one that is a mean of scores; null where it is not.
  virtual const MeanMetric* as_mean() const { return nullptr; }
  /// What the sample adds. Throws invalid_data where outputs and truth do not fit each other or hold NaN.
  virtual std::vector<double> contribution(const MetricSample& sample) const = 0;
  /// The value as a function of the samples' weights. Sorts and counts what can be sorted and counted once.
  virtual WeightedValue weighted(const MetricRows& rows) const = 0;
  /// The value where each sample counts once. Throws invalid_data where there are none, or where it is not defined.
  double value(const MetricRows& rows) const;

 private:
  /// Why there is no value, and what would help.
  virtual std::string undefined() const { return "it has no value for these samples"; }
};

/// A metric that is the mean of its samples' scores: the simple case, with intervals of its own.
class MeanMetric : public Metric {
 public:
  const MeanMetric* as_mean() const final { return this; }
  /// Score of one sample. Throws as contribution() does.
  virtual double score(const MetricSample& sample) const = 0;
  std::vector<double> contribution(const MetricSample& sample) const final { return {score(sample)}; }
  WeightedValue weighted(const MetricRows& rows) const final;
  /// The mean of the scores. Throws invalid_data where there are none.
  double aggregate(std::span<const double> scores) const;
};

/// By name. Throws invalid_argument naming the nearest. docs/metrics.md has the formulas.
/// Of classes (one whole number a sample), mean of scores:
/// - topK (top1, top5, …): the label is among the K highest; of equals, the lower index is the higher. K must be less
///   than the number of classes.
/// - accuracy: the first highest is the label. A row of one value is the probability of class 1, which it means above
///   one half.
/// Of classes, over all samples together:
/// - precision, recall, f1: of class 1 of two. precision_macro, recall_macro, f1_macro: the mean over the classes that
///   are in the labels or the predictions. A class that is never predicted has precision 0.
/// - auc: area under the ROC curve; of equal outputs, half counts (Mann and Whitney).
/// Of targets (truth of any type and shape):
/// - mae, mse_to_target: mean absolute and squared difference, mean of the samples' means; rmse: root of the mean
///   square over all values. spearman: rank correlation of one value a sample; ranks of equals are their mean.
/// - miou: mean intersection over union of the classes of pixels. map_voc, map_coco: mean average precision of boxes.
/// - perplexity: exp of the mean negative log-likelihood of the target tokens.
/// Of the float model's outputs, mean of scores:
/// - agreement: as accuracy, with the reference's class as label.
/// - mse: mean squared difference from the reference. cosine: cosine similarity with it; 1 for equal rows, 0 where one
///   row is zero.
/// - sqnr: 10 log10 of the reference's power over the difference's, in dB within ±200 (200 for equal rows). That of a
///   model is the mean of its samples' decibels, not the ratio of the sums.
std::unique_ptr<Metric> make_metric(const std::string& name);
/// The same, for a metric that is a mean; throws invalid_argument for another.
std::unique_ptr<MeanMetric> make_mean_metric(const std::string& name);
/// Names for help texts, built-in ones first.
std::vector<std::string> metric_names();

using MetricFactory = std::function<std::unique_ptr<Metric>()>;
/// Makes a metric of the calling program known to make_metric() for the rest of the process. Throws invalid_argument
/// for a built-in name, and for one that was added before unless `replace` is set.
void add_metric(const std::string& name, MetricFactory factory, bool replace = false);

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

/// How the bootstrap draws. The same numbers for any number of threads.
struct Bootstrap {
  std::uint64_t seed = 0;
  int resamples = 2'000;
  int threads = 1;
};
/// Interval of a statistic of `samples` samples by the bootstrap: B. Efron, R. J. Tibshirani, "An Introduction to the
/// Bootstrap" (1993), the BCa method (section 14.3), whose acceleration is that of a jackknife over at most 200 groups
/// of samples. Draws in which the statistic is not defined are left out; where they are more than half, and for a
/// single sample, low and high are infinite. Throws invalid_argument as all intervals do, invalid_data where the
/// statistic is not finite.
Estimate bootstrap_interval(const WeightedValue& statistic, std::size_t samples, double confidence,
                            const Bootstrap& bootstrap);
/// The same by plain percentiles (section 13.3).
Estimate percentile_interval(const WeightedValue& statistic, std::size_t samples, double confidence,
                             const Bootstrap& bootstrap);

/// Estimate of one model's mean metric from its samples' scores: Wilson's for binary metrics, Student's t for others.
Estimate estimate_metric(const Metric& metric, std::span<const double> scores, double confidence);
/// Estimate of the paired difference `candidate - baseline`: Tango's for binary metrics, Student's t of the differences
/// for others.
Estimate estimate_delta(const Metric& metric, std::span<const double> baseline, std::span<const double> candidate,
                        double confidence);
/// The same for any metric from its samples' rows, by bootstrap_interval(). Both models of a difference are judged on
/// the same draws of samples.
Estimate estimate_metric(const Metric& metric, const MetricRows& rows, double confidence, const Bootstrap& bootstrap);
Estimate estimate_delta(const Metric& metric, const MetricRows& baseline, const MetricRows& candidate,
                        double confidence, const Bootstrap& bootstrap);

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

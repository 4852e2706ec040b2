#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Samples in the order of a value, and where the runs of equal values end.
struct Ranking {
  explicit Ranking(const std::vector<double>& values) : order(values.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(values[i], i); });
    for (std::size_t i = 1; i <= order.size(); ++i) {
      if (i == order.size() || values[order[i]] != values[order[i - 1]]) ends.push_back(i);
    }
  }

  /// The rank of each sample among so many of each; equals share the mean of their ranks.
  std::vector<double> ranks(std::span<const std::uint32_t> weights) const {
    std::vector<double> result(order.size());
    double below = 0;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      double equal = 0;
      for (std::size_t i = begin; i < end; ++i) equal += weights[order[i]];
      for (std::size_t i = begin; i < end; ++i) result[order[i]] = below + (equal + 1) / 2;
      below += equal;
      begin = end;
    }
    return result;
  }

  std::vector<std::size_t> order;
  std::vector<std::size_t> ends;
};

std::vector<double> column(const MetricRows& rows, std::size_t index) {
  std::vector<double> values(rows.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = rows[i][index];
  return values;
}

/// A row is how much speaks for class 1, and the label.
class AreaUnderCurve final : public Metric {
 public:
  std::string name() const override { return "auc"; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    const std::span<const float> output = sample.output;
    require_finite(name(), "output", output);
    if (output.size() > 2) {
      fail_metric(name(), "the output has " + std::to_string(output.size()) + " classes, and it is a metric of two",
                  "take 'f1_macro' for more classes");
    }
    require_label(name(), sample.label, 2);
    // The difference of two logits, and of two probabilities, rises with the probability of class 1.
    const double score = output.size() == 1 ? output[0] : static_cast<double>(output[1]) - output[0];
    return {score, static_cast<double>(sample.label)};
  }

  // The share of pairs of one sample of each class that are in the right order: J. A. Hanley, B. J. McNeil, "The
  // meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology 143 (1982).
  WeightedValue weighted(const MetricRows& rows) const override {
    return [ranking = Ranking(column(rows, 0)), labels = column(rows, 1)](std::span<const std::uint32_t> weights) {
      double negatives = 0;
      double positives = 0;
      double in_order = 0;
      std::size_t begin = 0;
      for (const std::size_t end : ranking.ends) {
        double equal_negatives = 0;
        double equal_positives = 0;
        for (std::size_t i = begin; i < end; ++i) {
          const std::size_t sample = ranking.order[i];
          (labels[sample] == 1 ? equal_positives : equal_negatives) += weights[sample];
        }
        in_order += equal_positives * (negatives + equal_negatives / 2);
        negatives += equal_negatives;
        positives += equal_positives;
        begin = end;
      }
      return negatives > 0 && positives > 0 ? in_order / (negatives * positives) : kUndefined;
    };
  }

 private:
  std::string undefined() const override { return "all samples are of one class"; }
};

/// Pearson's correlation of values that count so many times each; NaN where one side is constant.
double correlation(const std::vector<double>& x, const std::vector<double>& y, std::span<const std::uint32_t> weights) {
  double count = 0;
  double x_sum = 0;
  double y_sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    count += weights[i];
    x_sum += weights[i] * x[i];
    y_sum += weights[i] * y[i];
  }
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - x_sum / count;
    const double dy = y[i] - y_sum / count;
    xx += weights[i] * dx * dx;
    yy += weights[i] * dy * dy;
    xy += weights[i] * dx * dy;
  }
  return xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0) : kUndefined;
}

/// A row is the value predicted and the target. C. Spearman, "The proof and measurement of association between two
/// things", American Journal of Psychology 15 (1904); with ties, Pearson's correlation of mean ranks.
class RankCorrelation final : public Metric {
 public:
  std::string name() const override { return "spearman"; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return true; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    require_finite(name(), "output", sample.output);
    const std::vector<double> target = target_numbers(name(), sample);
    if (sample.output.size() != 1 || target.size() != 1) {
      fail_metric(name(), "it ranks one value a sample; the output has " + std::to_string(sample.output.size()) +
                              ", the target " + std::to_string(target.size()));
    }
    return {sample.output[0], target[0]};
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    return [predicted = Ranking(column(rows, 0)),
            wanted = Ranking(column(rows, 1))](std::span<const std::uint32_t> weights) {
      return correlation(predicted.ranks(weights), wanted.ranks(weights), weights);
    };
  }

 private:
  std::string undefined() const override { return "all predictions, or all targets, are equal"; }
};

}  // namespace

std::unique_ptr<Metric> make_ranking_metric(const std::string& name) {
  if (name == "auc") return std::make_unique<AreaUnderCurve>();
  if (name == "spearman") return std::make_unique<RankCorrelation>();
  return nullptr;
}

}  // namespace halftone

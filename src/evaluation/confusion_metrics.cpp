#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

/// What became of one class: samples rightly taken for it, taken for it, and of it.
struct ClassCounts {
  double right = 0;
  double predicted = 0;
  double labelled = 0;
};

// 0 where nothing is divided, as for a class that is never predicted.
double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double precision_of(const ClassCounts& counts) { return ratio(counts.right, counts.predicted); }
double recall_of(const ClassCounts& counts) { return ratio(counts.right, counts.labelled); }
// 2 PR / (P + R) with the fractions cleared.
double f1_of(const ClassCounts& counts) { return ratio(2 * counts.right, counts.predicted + counts.labelled); }

/// A row is the label and the class predicted. C. J. van Rijsbergen, "Information Retrieval" (1979), chapter 7.
class ConfusionMetric final : public Metric {
 public:
  using Measure = double (*)(const ClassCounts&);
  ConfusionMetric(std::string name, Measure measure, bool is_macro)
      : name_(std::move(name)), measure_(measure), is_macro_(is_macro) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    require_ranked(name_, "output", sample.output);
    const std::size_t classes = std::max<std::size_t>(sample.output.size(), 2);
    if (!is_macro_ && classes > 2) {
      fail_metric(name_, "the output has " + std::to_string(classes) + " classes, and it is a metric of two",
                  "take '" + name_ + "_macro', the mean over the classes");
    }
    require_label(name_, sample.label, classes);
    return {static_cast<double>(sample.label), static_cast<double>(predicted_class(sample.output))};
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::size_t classes = 2;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      pairs.emplace_back(static_cast<std::size_t>(rows[i][0]), static_cast<std::size_t>(rows[i][1]));
      classes = std::max({classes, pairs.back().first + 1, pairs.back().second + 1});
    }
    return [pairs = std::move(pairs), classes, measure = measure_,
            is_macro = is_macro_](std::span<const std::uint32_t> weights) {
      std::vector<ClassCounts> counts(classes);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto [label, predicted] = pairs[i];
        counts[label].labelled += weights[i];
        counts[predicted].predicted += weights[i];
        if (label == predicted) counts[label].right += weights[i];
      }
      return is_macro ? mean_over_classes(counts, measure) : of_class_one(counts, measure);
    };
  }

 private:
  static double of_class_one(const std::vector<ClassCounts>& counts, Measure measure) {
    return counts[1].labelled > 0 ? measure(counts[1]) : std::numeric_limits<double>::quiet_NaN();
  }

  static double mean_over_classes(const std::vector<ClassCounts>& counts, Measure measure) {
    double sum = 0;
    double seen = 0;
    for (const ClassCounts& one : counts) {
      if (one.labelled == 0 && one.predicted == 0) continue;
      sum += measure(one);
      ++seen;
    }
    return sum / seen;
  }

  std::string undefined() const override { return "no sample is labelled 1, the class it is about"; }

  std::string name_;
  Measure measure_;
  bool is_macro_;
};

}  // namespace

std::unique_ptr<Metric> make_confusion_metric(const std::string& name) {
  constexpr std::pair<const char*, ConfusionMetric::Measure> kMeasures[]{
      {"precision", precision_of}, {"recall", recall_of}, {"f1", f1_of}};
  for (const auto& [word, measure] : kMeasures) {
    if (name == word) return std::make_unique<ConfusionMetric>(name, measure, false);
    if (name == std::string(word) + "_macro") return std::make_unique<ConfusionMetric>(name, measure, true);
  }
  return nullptr;
}

}  // namespace halftone

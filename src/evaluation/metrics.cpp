#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/nearest_word.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

/// Bound of sqnr in dB: equal rows have it, and a float's own rounding is near 150 dB.
constexpr double kMaxSqnr = 200;

[[noreturn]] void fail(const std::string& metric, const std::string& problem, const std::string& hint = {}) {
  throw Error(ErrorCode::invalid_data, "metric '" + metric + "': " + problem, hint);
}

void require_ranked(const std::string& metric, const char* whose, std::span<const float> row) {
  if (row.empty()) fail(metric, std::string("the row of the ") + whose + " is empty");
  const auto bad = std::find_if(row.begin(), row.end(), [](float value) { return std::isnan(value); });
  if (bad == row.end()) return;
  fail(metric, "the row of the " + std::string(whose) + " has NaN at index " + std::to_string(bad - row.begin()));
}

void require_finite(const std::string& metric, const char* whose, std::span<const float> row) {
  require_ranked(metric, whose, row);
  const auto bad = std::find_if(row.begin(), row.end(), [](float value) { return std::isinf(value); });
  if (bad == row.end()) return;
  fail(metric, "the row of the " + std::string(whose) + " is infinite at index " + std::to_string(bad - row.begin()));
}

void require_same_size(const std::string& metric, std::span<const float> output, std::span<const float> reference) {
  if (output.size() == reference.size()) return;
  fail(metric, "the output has " + std::to_string(output.size()) + " values a sample, the reference " +
                   std::to_string(reference.size()));
}

void require_label(const std::string& metric, std::int64_t label, std::size_t classes) {
  if (label >= 0 && static_cast<std::uint64_t>(label) < classes) return;
  fail(metric,
       "label " + std::to_string(label) + " is not one of the " + std::to_string(classes) + " classes 0 to " +
           std::to_string(classes - 1),
       "check that labels count from 0 as the model's classes do");
}

/// The first of the largest values; of a single value, the class that a probability of more than a half stands for.
std::int64_t predicted_class(std::span<const float> row) {
  if (row.size() == 1) return row[0] > 0.5F ? 1 : 0;
  return std::max_element(row.begin(), row.end()) - row.begin();
}

class TopK final : public Metric {
 public:
  explicit TopK(std::size_t k) : k_(k) {}
  std::string name() const override { return "top" + std::to_string(k_); }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(std::span<const float> output, std::int64_t label, std::span<const float>) const override {
    require_ranked(name(), "output", output);
    if (k_ >= output.size()) {
      fail(name(), "every label is right where the output has " + std::to_string(output.size()) + " classes",
           output.size() == 1 ? "take 'accuracy' for an output of one value" : "take a smaller K");
    }
    require_label(name(), label, output.size());
    const auto mine = output.begin() + label;
    const auto ahead = std::count_if(output.begin(), mine, [mine](float value) { return value >= *mine; }) +
                       std::count_if(mine + 1, output.end(), [mine](float value) { return value > *mine; });
    return static_cast<std::size_t>(ahead) < k_ ? 1 : 0;
  }

 private:
  std::size_t k_;
};

class Accuracy final : public Metric {
 public:
  std::string name() const override { return "accuracy"; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(std::span<const float> output, std::int64_t label, std::span<const float>) const override {
    require_ranked(name(), "output", output);
    require_label(name(), label, std::max<std::size_t>(output.size(), 2));
    return predicted_class(output) == label ? 1 : 0;
  }
};

class Agreement final : public Metric {
 public:
  std::string name() const override { return "agreement"; }
  Truth truth() const override { return Truth::reference; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(std::span<const float> output, std::int64_t, std::span<const float> reference) const override {
    require_same_size(name(), output, reference);
    require_ranked(name(), "output", output);
    require_ranked(name(), "reference", reference);
    return predicted_class(output) == predicted_class(reference) ? 1 : 0;
  }
};

/// A measure of how far a row of numbers is from its reference.
class Distance : public Metric {
 public:
  Truth truth() const override { return Truth::reference; }
  bool is_binary() const override { return false; }

  double score(std::span<const float> output, std::int64_t, std::span<const float> reference) const final {
    require_same_size(name(), output, reference);
    require_finite(name(), "output", output);
    require_finite(name(), "reference", reference);
    Sums sums;
    for (std::size_t i = 0; i < output.size(); ++i) {
      const double y = output[i];
      const double r = reference[i];
      sums.output += y * y;
      sums.reference += r * r;
      sums.product += y * r;
      sums.error += (y - r) * (y - r);
    }
    return measure(sums, static_cast<double>(output.size()));
  }

 protected:
  /// Sums of squares, except for the product.
  struct Sums {
    double output = 0;
    double reference = 0;
    double product = 0;
    double error = 0;
  };

 private:
  virtual double measure(const Sums& sums, double count) const = 0;
};

class MeanSquaredError final : public Distance {
 public:
  std::string name() const override { return "mse"; }
  bool higher_is_better() const override { return false; }

 private:
  double measure(const Sums& sums, double count) const override { return sums.error / count; }
};

class CosineSimilarity final : public Distance {
 public:
  std::string name() const override { return "cosine"; }
  bool higher_is_better() const override { return true; }

 private:
  double measure(const Sums& sums, double) const override {
    if (sums.error == 0) return 1;
    if (sums.output == 0 || sums.reference == 0) return 0;
    return std::clamp(sums.product / (std::sqrt(sums.output) * std::sqrt(sums.reference)), -1.0, 1.0);
  }
};

class SignalToNoise final : public Distance {
 public:
  std::string name() const override { return "sqnr"; }
  bool higher_is_better() const override { return true; }

 private:
  double measure(const Sums& sums, double) const override {
    if (sums.error == 0) return kMaxSqnr;
    return std::clamp(10 * std::log10(sums.reference / sums.error), -kMaxSqnr, kMaxSqnr);
  }
};

/// K of "topK"; 0 for other words.
std::size_t parse_top(const std::string& name) {
  if (!name.starts_with("top") || name.starts_with("top0")) return 0;
  std::size_t k = 0;
  const auto [stop, error] = std::from_chars(name.data() + 3, name.data() + name.size(), k);
  return error == std::errc() && stop == name.data() + name.size() ? k : 0;
}

}  // namespace

Metric::~Metric() = default;

double Metric::aggregate(std::span<const double> scores) const {
  if (scores.empty()) throw Error(ErrorCode::invalid_data, "metric '" + name() + "' has no samples");
  double sum = 0;
  for (const double score : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

std::unique_ptr<Metric> make_metric(const std::string& name) {
  if (const std::size_t k = parse_top(name); k > 0) return std::make_unique<TopK>(k);
  if (name == "accuracy") return std::make_unique<Accuracy>();
  if (name == "agreement") return std::make_unique<Agreement>();
  if (name == "mse") return std::make_unique<MeanSquaredError>();
  if (name == "cosine") return std::make_unique<CosineSimilarity>();
  if (name == "sqnr") return std::make_unique<SignalToNoise>();
  throw Error(ErrorCode::invalid_argument, "unknown metric '" + name + "'", suggest(name, metric_names()));
}

std::vector<std::string> metric_names() { return {"top1", "top5", "accuracy", "agreement", "mse", "cosine", "sqnr"}; }

}  // namespace halftone

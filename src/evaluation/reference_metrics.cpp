#include <algorithm>
#include <cmath>
#include <string>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

/// Bound of sqnr in dB: equal rows have it, and a float's own rounding is near 150 dB.
constexpr double kMaxSqnr = 200;

void require_same_size(const std::string& metric, std::span<const float> output, std::span<const float> reference) {
  if (output.size() == reference.size()) return;
  fail_metric(metric, "the output has " + std::to_string(output.size()) + " values a sample, the reference " +
                          std::to_string(reference.size()));
}

class Agreement final : public MeanMetric {
 public:
  std::string name() const override { return "agreement"; }
  Truth truth() const override { return Truth::reference; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(const MetricSample& sample) const override {
    const std::span<const float> output = sample.output;
    const std::span<const float> reference = sample.reference;
    require_same_size(name(), output, reference);
    require_ranked(name(), "output", output);
    require_ranked(name(), "reference", reference);
    return predicted_class(output) == predicted_class(reference) ? 1 : 0;
  }
};

/// A measure of how far a row of numbers is from its reference.
class Distance : public MeanMetric {
 public:
  Truth truth() const override { return Truth::reference; }

  double score(const MetricSample& sample) const final {
    const std::span<const float> output = sample.output;
    const std::span<const float> reference = sample.reference;
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

}  // namespace

std::unique_ptr<MeanMetric> make_reference_metric(const std::string& name) {
  if (name == "agreement") return std::make_unique<Agreement>();
  if (name == "mse") return std::make_unique<MeanSquaredError>();
  if (name == "cosine") return std::make_unique<CosineSimilarity>();
  if (name == "sqnr") return std::make_unique<SignalToNoise>();
  return nullptr;
}

}  // namespace halftone

#include <algorithm>
#include <charconv>
#include <string>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

class TopK final : public MeanMetric {
 public:
  explicit TopK(std::size_t k) : k_(k) {}
  std::string name() const override { return "top" + std::to_string(k_); }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(const MetricSample& sample) const override {
    const std::span<const float> output = sample.output;
    require_ranked(name(), "output", output);
    if (k_ >= output.size()) {
      fail_metric(name(), "every label is right where the output has " + std::to_string(output.size()) + " classes",
                  output.size() == 1 ? "take 'accuracy' for an output of one value" : "take a smaller K");
    }
    require_label(name(), sample.label, output.size());
    const auto mine = output.begin() + sample.label;
    const auto ahead = std::count_if(output.begin(), mine, [mine](float value) { return value >= *mine; }) +
                       std::count_if(mine + 1, output.end(), [mine](float value) { return value > *mine; });
    return static_cast<std::size_t>(ahead) < k_ ? 1 : 0;
  }

 private:
  std::size_t k_;
};

class Accuracy final : public MeanMetric {
 public:
  std::string name() const override { return "accuracy"; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }
  bool is_binary() const override { return true; }

  double score(const MetricSample& sample) const override {
    const std::span<const float> output = sample.output;
    require_ranked(name(), "output", output);
    require_label(name(), sample.label, std::max<std::size_t>(output.size(), 2));
    return predicted_class(output) == sample.label ? 1 : 0;
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

std::unique_ptr<MeanMetric> make_class_metric(const std::string& name) {
  if (const std::size_t k = parse_top(name); k > 0) return std::make_unique<TopK>(k);
  if (name == "accuracy") return std::make_unique<Accuracy>();
  return nullptr;
}

}  // namespace halftone

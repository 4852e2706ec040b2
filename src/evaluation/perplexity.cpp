#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

/// -log of the probability that softmax gives to one of the logits.
double negative_log_likelihood(std::span<const float> logits, std::size_t token) {
  const double highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  return std::log(sum) + highest - logits[token];
}

/// A row is the sum of the tokens' negative log-likelihoods, and their number.
class Perplexity final : public Metric {
 public:
  std::string name() const override { return "perplexity"; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return false; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    const std::vector<std::int64_t> tokens = target_integers(name(), sample);
    const std::size_t vocabulary = vocabulary_of(sample, tokens.size());
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i] < 0) continue;  // padding
      const auto token = static_cast<std::size_t>(tokens[i]);
      if (token >= vocabulary) {
        fail_metric(name(), "token " + std::to_string(token) + " is not one of the " + std::to_string(vocabulary) +
                                " that the output has logits of");
      }
      const std::span<const float> logits = sample.output.subspan(i * vocabulary, vocabulary);
      require_finite(name(), "output", logits);
      sum += negative_log_likelihood(logits, token);
      ++count;
    }
    return {sum, count};
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    std::vector<std::array<double, 2>> sums;
    for (std::size_t i = 0; i < rows.size(); ++i) sums.push_back({rows[i][0], rows[i][1]});
    return [sums = std::move(sums)](std::span<const std::uint32_t> weights) {
      double sum = 0;
      double count = 0;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        sum += weights[i] * sums[i][0];
        count += weights[i] * sums[i][1];
      }
      return std::exp(sum / count);
    };
  }

 private:
  std::size_t vocabulary_of(const MetricSample& sample, std::size_t tokens) const {
    const Shape& shape = require_outputs(name(), sample).front().value.shape();
    const std::size_t vocabulary = shape.empty() ? 0 : static_cast<std::size_t>(shape.back());
    if (vocabulary > 0 && vocabulary * tokens == sample.output.size()) return vocabulary;
    fail_metric(
        name(),
        "a sample's first output is " + to_string(shape) + ", its target has " + std::to_string(tokens) + " tokens",
        "it takes logits (tokens x vocabulary), and for each of them the token that they predict; -100 or any "
        "number below 0 for padding");
  }

  std::string undefined() const override {
    return "the data have no target token, or the likelihood of one is beyond a number";
  }
};

}  // namespace

std::unique_ptr<Metric> make_perplexity(const std::string& name) {
  return name == "perplexity" ? std::make_unique<Perplexity>() : nullptr;
}

}  // namespace halftone

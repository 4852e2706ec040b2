#include <string>
#include <vector>

#include "evaluation/score_estimates.h"
#include "halftone/error.h"

namespace halftone {
namespace {

bool is_right(const std::string& metric, double score) {
  if (score == 0 || score == 1) return score == 1;
  throw Error(ErrorCode::invalid_data, "metric '" + metric + "' is binary, but gave the score " + std::to_string(score),
              "a binary metric scores each sample 0 or 1");
}

}  // namespace

Estimate estimate_mean(const std::string& metric, std::span<const double> scores, bool is_binary, double confidence) {
  if (!is_binary) return mean_interval(scores, confidence);
  std::uint64_t right = 0;
  for (const double score : scores) right += is_right(metric, score);
  return wilson_interval(right, scores.size(), confidence);
}

Estimate estimate_mean_delta(const std::string& metric, std::span<const double> baseline,
                             std::span<const double> candidate, bool is_binary, double confidence) {
  if (baseline.size() != candidate.size()) {
    throw Error(ErrorCode::invalid_argument,
                "metric '" + metric + "' has " + std::to_string(baseline.size()) + " scores of the baseline and " +
                    std::to_string(candidate.size()) + " of the candidate",
                "evaluate both models on the same samples");
  }
  if (!is_binary) {
    std::vector<double> differences(baseline.size());
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = candidate[i] - baseline[i];
    return mean_interval(differences, confidence);
  }
  std::uint64_t lost = 0;
  std::uint64_t gained = 0;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    const bool before = is_right(metric, baseline[i]);
    const bool after = is_right(metric, candidate[i]);
    lost += before && !after;
    gained += after && !before;
  }
  return paired_proportion_interval(lost, gained, baseline.size(), confidence);
}

Estimate estimate_metric(const Metric& metric, std::span<const double> scores, double confidence) {
  return estimate_mean(metric.name(), scores, metric.is_binary(), confidence);
}

Estimate estimate_delta(const Metric& metric, std::span<const double> baseline, std::span<const double> candidate,
                        double confidence) {
  return estimate_mean_delta(metric.name(), baseline, candidate, metric.is_binary(), confidence);
}

}  // namespace halftone

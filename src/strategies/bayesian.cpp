#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "strategies/gaussian_process.h"
#include "strategies/option_vector.h"
#include "strategies/search.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

constexpr int kInitialDraws = 6;
constexpr int kFarCandidates = 500;     ///< anywhere in the space
constexpr int kNearCandidates = 1'500;  ///< the best ones with a few units changed
constexpr std::size_t kMostChanges = 4;
constexpr std::size_t kBestOnes = 5;

/// Expected improvement over the scores of all trials, under a Gaussian process over distances between configurations.
class Bayesian final : public SearchStrategy {
 public:
  explicit Bayesian(const StrategyContext& context)
      : SearchStrategy(context), options_(context), random_(context.seed) {}

 private:
  Search search(const TrialHistory&) override {
    for (int i = 0;; ++i) {
      const OptionVector vector = i == 0               ? options_.vector_of(context().initial)
                                  : i <= kInitialDraws ? draw_unseen()
                                                       : most_promising();
      if (vector.empty()) co_return;
      TuneConfig config = options_.config(vector);
      std::string changes = quantized_text(space(), config);
      Proposal proposal{std::move(config), i <= kInitialDraws ? "first draws" : "expected improvement",
                        std::move(changes)};
      const Trial& trial = co_yield std::move(proposal);
      seen_.insert(vector);
      points_.push_back(vector);
      scores_.push_back(trial.failed() ? -2 : trial.score);
    }
  }

  /// Few units in float, more with each draw. Empty where the space seems to be used up.
  OptionVector draw_unseen() {
    for (int attempt = 0; attempt < 1'000; ++attempt) {
      OptionVector vector = options_.draw(random_, 0.5 * random_.unit());
      if (!seen_.contains(vector)) return vector;
    }
    return {};
  }

  OptionVector most_promising() {
    const GaussianProcess process(distances(), scores_);
    const double best = *std::ranges::max_element(scores_);
    OptionVector chosen;
    double most = -1;
    for (OptionVector& candidate : candidates()) {
      if (seen_.contains(candidate)) continue;
      const double gain = expected_improvement(process.predict(distances_to(candidate)), best);
      if (gain <= most) continue;
      most = gain;
      chosen = std::move(candidate);
    }
    return chosen;
  }

  std::vector<OptionVector> candidates() {
    std::vector<std::size_t> order(scores_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater{}, [this](std::size_t i) { return scores_[i]; });
    order.resize(std::min(order.size(), kBestOnes));
    std::vector<OptionVector> candidates;
    for (int i = 0; i < kNearCandidates; ++i)
      candidates.push_back(changed(points_[order[random_.below(order.size())]]));
    for (int i = 0; i < kFarCandidates; ++i) candidates.push_back(options_.draw(random_, random_.unit()));
    return candidates;
  }

  OptionVector changed(OptionVector vector) {
    const std::size_t changes = 1 + random_.below(std::min(kMostChanges, vector.size()));
    for (std::size_t i = 0; i < changes; ++i) {
      const std::size_t axis = random_.below(vector.size());
      vector[axis] = random_.below(options_.options(axis));
    }
    return vector;
  }

  std::vector<double> distances_to(const OptionVector& vector) const {
    std::vector<double> distances;
    for (const OptionVector& point : points_) distances.push_back(options_.distance(vector, point));
    return distances;
  }

  std::vector<double> distances() const {
    std::vector<double> matrix;
    for (const OptionVector& point : points_) {
      const std::vector<double> row = distances_to(point);
      matrix.insert(matrix.end(), row.begin(), row.end());
    }
    return matrix;
  }

  OptionSpace options_;
  SplitMix64 random_;
  std::set<OptionVector> seen_;
  std::vector<OptionVector> points_;
  std::vector<double> scores_;
};

}  // namespace

std::unique_ptr<Strategy> make_bayesian(const StrategyContext& context) { return std::make_unique<Bayesian>(context); }

}  // namespace halftone

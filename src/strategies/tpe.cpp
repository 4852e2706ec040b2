#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "strategies/option_vector.h"
#include "strategies/search.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

constexpr int kInitialDraws = 10;
constexpr int kCandidates = 100;
constexpr double kGamma = 0.3;  ///< share of the trials that count as good
constexpr double kPrior = 1;    ///< trials that the uniform distribution counts for, over the options of an axis

/// J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4:
/// options are drawn as good trials have them, and the draw is taken that good trials make most likely against the
/// others. Axes are independent; an axis's options are counted.
class Tpe final : public SearchStrategy {
 public:
  explicit Tpe(const StrategyContext& context) : SearchStrategy(context), options_(context), random_(context.seed) {}

 private:
  /// Probability of each option of each axis.
  using Densities = std::vector<std::vector<double>>;

  Search search(const TrialHistory&) override {
    for (int i = 0;; ++i) {
      OptionVector vector = i == 0               ? options_.vector_of(context().initial)
                            : i <= kInitialDraws ? unseen(nullptr)
                                                 : most_promising();
      if (vector.empty()) co_return;
      TuneConfig config = options_.config(vector);
      std::string changes = quantized_text(space(), config);
      Proposal proposal{std::move(config), i <= kInitialDraws ? "first draws" : "parzen estimator", std::move(changes)};
      const Trial& trial = co_yield std::move(proposal);
      seen_.insert(vector);
      trials_.emplace_back(trial.failed() ? -2 : trial.score, std::move(vector));
    }
  }

  OptionVector most_promising() {
    std::ranges::stable_sort(trials_, std::greater{}, [](const auto& trial) { return trial.first; });
    const auto count = static_cast<std::size_t>(std::ceil(kGamma * static_cast<double>(trials_.size())));
    const Densities good = densities(0, count);
    const Densities others = densities(count, trials_.size());
    OptionVector chosen;
    double most = 0;
    for (int i = 0; i < kCandidates; ++i) {
      OptionVector candidate = unseen(&good);
      if (candidate.empty()) break;
      double ratio = 0;
      for (std::size_t axis = 0; axis < candidate.size(); ++axis) {
        ratio += std::log(good[axis][candidate[axis]] / others[axis][candidate[axis]]);
      }
      if (!chosen.empty() && ratio <= most) continue;
      most = ratio;
      chosen = std::move(candidate);
    }
    return chosen;
  }

  Densities densities(std::size_t begin, std::size_t end) const {
    Densities densities;
    for (std::size_t axis = 0; axis < options_.axes(); ++axis) {
      const std::size_t options = options_.options(axis);
      std::vector<double>& density = densities.emplace_back(options, kPrior / static_cast<double>(options));
      for (std::size_t i = begin; i < end; ++i) density[trials_[i].second[axis]] += 1;
      for (double& value : density) value /= static_cast<double>(end - begin) + kPrior;
    }
    return densities;
  }

  /// Drawn from densities, or at random; empty where nothing new comes up.
  OptionVector unseen(const Densities* densities) {
    for (int attempt = 0; attempt < 1'000; ++attempt) {
      OptionVector vector = densities == nullptr ? options_.draw(random_, 0.5 * random_.unit()) : drawn(*densities);
      if (!seen_.contains(vector)) return vector;
    }
    return {};
  }

  OptionVector drawn(const Densities& densities) {
    OptionVector vector;
    for (const std::vector<double>& density : densities) {
      double left = random_.unit();
      std::size_t option = 0;
      while (option + 1 < density.size() && left > density[option]) left -= density[option++];
      vector.push_back(option);
    }
    return vector;
  }

  OptionSpace options_;
  SplitMix64 random_;
  std::set<OptionVector> seen_;
  std::vector<std::pair<double, OptionVector>> trials_;
};

}  // namespace

std::unique_ptr<Strategy> make_tpe(const StrategyContext& context) { return std::make_unique<Tpe>(context); }

}  // namespace halftone

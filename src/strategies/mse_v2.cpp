#include <algorithm>
#include <utility>

#include "strategies/sensitivity_order.h"
#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

constexpr std::size_t kMostSettings = 1;

/// One unit after the other in float, each time the one that adds the most noise to the model as it is then; one pass
/// measures all of them. Once the target is met, units go back to low precision as long as it stays met.
class MseV2 final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;
  bool improves_on_success() const override { return going_back_; }

 private:
  Search search(const TrialHistory& history) override {
    Proposal first = advised(context());
    co_yield std::move(first);
    co_yield vary_settings(space(), context().initial, kMostSettings);
    if (history.any_met()) co_return;
    const Trial* nearest = best_scored(history);
    TuneConfig config = nearest == nullptr ? context().initial : nearest->proposal.config;

    bool met = false;
    while (!met && quantized_units(config) > 0) {
      const std::string unit = noisiest(config);
      fallen_.emplace_back(unit, config.units.at(unit));
      config = with_float(std::move(config), {unit}, "it adds the most noise");
      going_back_ = fallen_.size() > 1;
      Proposal proposal{config, "the noisiest in float", unit + " in float"};
      const Trial& trial = co_yield std::move(proposal);
      met = trial.met;
    }
    if (!met) co_return;
    // Those that fell first added the most noise; the last one was what the target wanted.
    for (std::size_t i = fallen_.size() - 1; i-- > 0;) {
      const auto& [unit, choice] = fallen_[fallen_.size() - 2 - i];
      going_back_ = i > 0;
      TuneConfig back = config;
      back.units[unit] = choice;
      Proposal proposal{back, "back to low precision", unit + " quantized again"};
      const Trial& trial = co_yield std::move(proposal);
      if (trial.met) config = std::move(back);
    }
    going_back_ = false;
  }

  std::string noisiest(const TuneConfig& config) {
    const auto noise = context().sensitivity->measure(Sensitivity::added_noise, config);
    return by_number(quantized_in(space(), config), noise).front();
  }

  std::vector<std::pair<std::string, UnitChoice>> fallen_;
  bool going_back_ = false;
};

}  // namespace

std::unique_ptr<Strategy> make_mse_v2(const StrategyContext& context) {
  require_sensitivity(context, "mse_v2", Sensitivity::added_noise);
  return std::make_unique<MseV2>(context);
}

}  // namespace halftone

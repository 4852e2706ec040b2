#include <algorithm>
#include <utility>

#include "strategies/sensitivity_order.h"
#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

constexpr std::size_t kMostSettings = 5;

/// Fallback in the order of how far units' results are from float, measured once in the whole quantized model. Noise
/// over signal, not values brought to one range first: an error of scale counts.
class Mse final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;

 private:
  Search search(const TrialHistory& history) override {
    Proposal first = advised(context());
    co_yield std::move(first);
    co_yield vary_settings(space(), context().initial, kMostSettings);
    co_yield at_run_time(space(), context().initial);
    if (history.any_met()) co_return;
    const Trial* nearest = best_scored(history);
    const TuneConfig base = nearest == nullptr ? context().initial : nearest->proposal.config;
    const auto errors = context().sensitivity->measure(Sensitivity::activation_error, base);
    co_yield float_units(base, by_number(quantized_in(space(), base), errors));
  }
};

}  // namespace

std::unique_ptr<Strategy> make_mse(const StrategyContext& context) {
  require_sensitivity(context, "mse", Sensitivity::activation_error);
  return std::make_unique<Mse>(context);
}

}  // namespace halftone

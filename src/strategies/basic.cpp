#include <algorithm>
#include <utility>

#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

/// Other settings are tried as long as there are few: their full product is what `exhaustive` is for.
constexpr std::size_t kMostSettings = 12;

class Basic final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;

 private:
  Search search(const TrialHistory& history) override {
    Proposal first = advised(context());
    const Trial& trial = co_yield std::move(first);
    const bool met = trial.met;
    if (met) co_yield lower_bits(space(), context().initial);
    co_yield float_recipes(space(), context().initial, true);
    co_yield vary_settings(space(), context().initial, kMostSettings);
    co_yield at_run_time(space(), context().initial);
    co_yield float_recipes(space(), context().initial, false);
    if (history.any_met()) co_return;  // units in float make no model faster than those that met the target
    const TuneConfig base = nearest_full(history);
    std::vector<std::string> order = quantized_in(space(), base);
    std::ranges::reverse(order);
    co_yield float_blocks(space(), base);
    co_yield float_units(base, order);
  }

  /// Where fallback begins: the fully quantized configuration that comes nearest to the target.
  TuneConfig nearest_full(const TrialHistory& history) const {
    const Trial* nearest = best_scored(history);
    const bool is_full = nearest != nullptr && quantizes_all(space(), nearest->proposal.config);
    return is_full ? nearest->proposal.config : context().initial;
  }
};

}  // namespace

std::unique_ptr<Strategy> make_basic(const StrategyContext& context) { return std::make_unique<Basic>(context); }

}  // namespace halftone

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
    Proposal first{context().initial, "default", "every op as the backend advises"};
    co_yield std::move(first);
    std::vector<Search> quantized;
    quantized.push_back(vary_settings(space(), context().initial, kMostSettings));
    quantized.push_back(dynamic());
    for (Search& stage : quantized) {
      const Trial* last = nullptr;
      while (std::optional<Proposal> proposal = stage.next(last)) last = &(co_yield std::move(*proposal));
    }
    if (history.any_met()) co_return;
    const Trial* nearest = best_scored(history);
    const TuneConfig base = nearest == nullptr ? context().initial : nearest->proposal.config;
    const auto errors = context().sensitivity->measure(Sensitivity::activation_error, base);
    Search units = float_units(base, by_number(quantized_in(space(), base), errors));
    const Trial* last = nullptr;
    while (std::optional<Proposal> proposal = units.next(last)) last = &(co_yield std::move(*proposal));
  }

  Search dynamic() {
    auto config = in_mode(space(), context().initial, QuantMode::dynamic);
    if (!config) co_return;
    Proposal proposal{std::move(*config), "dynamic", "every op that can, quantized at run time"};
    co_yield std::move(proposal);
  }
};

}  // namespace

std::unique_ptr<Strategy> make_mse(const StrategyContext& context) {
  require_sensitivity(context, "mse", Sensitivity::activation_error);
  return std::make_unique<Mse>(context);
}

}  // namespace halftone

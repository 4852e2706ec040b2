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
    Proposal first{context().initial, "default", "every op as the backend advises"};
    const Trial& trial = co_yield std::move(first);
    const bool met = trial.met;
    std::vector<Search> quantized = stages(met);
    for (Search& stage : quantized) {
      const Trial* last = nullptr;
      while (std::optional<Proposal> proposal = stage.next(last)) last = &(co_yield std::move(*proposal));
    }
    if (history.any_met()) co_return;  // units in float make no model faster than those that met the target
    std::vector<Search> in_float = fallbacks(history);
    for (Search& stage : in_float) {
      const Trial* last = nullptr;
      while (std::optional<Proposal> proposal = stage.next(last)) last = &(co_yield std::move(*proposal));
    }
  }

  std::vector<Search> stages(bool met) {
    std::vector<Search> stages;
    if (met) stages.push_back(lower_bits());
    stages.push_back(float_recipes(space(), context().initial, true));
    stages.push_back(vary_settings(space(), context().initial, kMostSettings));
    stages.push_back(dynamic());
    stages.push_back(float_recipes(space(), context().initial, false));
    return stages;
  }

  std::vector<Search> fallbacks(const TrialHistory& history) {
    const Trial* nearest = best_scored(history);
    const TuneConfig base = nearest != nullptr && quantizes_all(space(), nearest->proposal.config)
                                ? nearest->proposal.config
                                : context().initial;
    std::vector<std::string> order = quantized_in(space(), base);
    std::ranges::reverse(order);
    std::vector<Search> stages;
    stages.push_back(float_blocks(space(), base));
    stages.push_back(float_units(base, std::move(order)));
    return stages;
  }

  Search lower_bits() {
    auto lower = with_lower_bits(space(), context().initial, quantized_in(space(), context().initial));
    if (!lower) co_return;
    Proposal proposal{std::move(*lower), "lower bits", "every op in the fewest bits"};
    co_yield std::move(proposal);
  }

  Search dynamic() {
    auto config = in_mode(space(), context().initial, QuantMode::dynamic);
    if (!config) co_return;
    Proposal proposal{std::move(*config), "dynamic", "every op that can, quantized at run time"};
    co_yield std::move(proposal);
  }
};

}  // namespace

std::unique_ptr<Strategy> make_basic(const StrategyContext& context) { return std::make_unique<Basic>(context); }

}  // namespace halftone

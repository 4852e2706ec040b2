#include <utility>

#include "strategies/stages.h"
#include "strategies/strategies.h"
#include "tuning/samplers.h"

namespace halftone {
namespace {

class Exhaustive final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;

 private:
  Search search(const TrialHistory&) override {
    Proposal first = advised(context());
    co_yield std::move(first);
    ProductSampler sampler(context().initial, full_axes(space()));
    while (std::optional<TuneConfig> config = sampler.next()) {
      const std::size_t quantized = quantized_units(*config);
      Proposal proposal{std::move(*config), "all configurations", std::to_string(quantized) + " units quantized"};
      co_yield std::move(proposal);
    }
  }
};

}  // namespace

std::unique_ptr<Strategy> make_exhaustive(const StrategyContext& context) {
  return std::make_unique<Exhaustive>(context);
}

}  // namespace halftone

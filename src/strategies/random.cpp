#include <set>
#include <utility>

#include "strategies/option_vector.h"
#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

/// Draws in a row that were all drawn before: what is left of the space is not worth looking for.
constexpr int kMostRepetitions = 1'000;

class Random final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;

 private:
  Search search(const TrialHistory&) override {
    Proposal first = advised(context());
    co_yield std::move(first);
    const OptionSpace options(context());
    SplitMix64 random(context().seed);
    std::set<OptionVector> drawn{options.vector_of(context().initial)};
    for (int repetitions = 0; repetitions < kMostRepetitions; ++repetitions) {
      // A share of its own for each draw, so that nearly full and nearly no quantization both come up.
      OptionVector vector = options.draw(random, random.unit());
      if (!drawn.insert(vector).second) continue;
      repetitions = 0;
      TuneConfig config = options.config(vector);
      std::string changes = quantized_text(space(), config);
      Proposal proposal{std::move(config), "random", std::move(changes)};
      co_yield std::move(proposal);
    }
  }
};

}  // namespace

std::unique_ptr<Strategy> make_random(const StrategyContext& context) { return std::make_unique<Random>(context); }

}  // namespace halftone

#include <algorithm>
#include <utility>

#include "halftone/error.h"
#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

bool is_half(const OpChoice& choice) {
  return choice.activation.dtype == DType::bf16 || choice.activation.dtype == DType::f16;
}

class AutoMixedPrecision final : public SearchStrategy {
 public:
  AutoMixedPrecision(const StrategyContext& context, TuneConfig all) : SearchStrategy(context), all_(std::move(all)) {}

 private:
  Search search(const TrialHistory&) override {
    Proposal first{all_, "16 bits", "every op that can, in 16-bit floats"};
    const Trial& trial = co_yield std::move(first);
    if (trial.met) co_return;
    std::vector<std::string> order = quantized_in(space(), all_);
    std::vector<std::string> types;
    for (const std::string& name : order) {
      const std::string& type = space().unit(name).type;
      if (std::ranges::find(types, type) == types.end()) types.push_back(type);
    }
    for (const std::string& type : types) {
      std::vector<std::string> units;
      for (const std::string& name : order) {
        if (space().unit(name).type == type) units.push_back(name);
      }
      Proposal proposal{with_float(all_, units, "the search left it in float"), "fallback by op type",
                        type + " in float"};
      co_yield std::move(proposal);
    }
    std::ranges::reverse(order);
    co_yield float_units(all_, std::move(order));
  }

  TuneConfig all_;
};

}  // namespace

std::unique_ptr<Strategy> make_auto_mixed_precision(const StrategyContext& context) {
  TuneConfig all = context.space.in_float();
  for (const SpaceUnit& unit : context.space.units()) {
    const auto half = std::ranges::find_if(unit.choices, is_half);
    if (half != unit.choices.end()) all.units[unit.name] = {*half, {}};
  }
  if (quantized_units(all) == 0) {
    throw Error(ErrorCode::configuration,
                "strategy 'auto_mixed_precision' needs ops in bf16 or fp16, which this backend does not have on the "
                "target",
                "halftone query MODEL lists what the backend can do; --target names the instruction set");
  }
  return std::make_unique<AutoMixedPrecision>(context, std::move(all));
}

}  // namespace halftone

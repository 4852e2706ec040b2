#include <utility>

#include "strategies/sensitivity_order.h"
#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

/// Z. Dong et al., "HAWQ-V2: Hessian Aware trace-Weighted Quantization of Neural Networks", NeurIPS 2020, section 3:
/// units whose loss curves most (by the trace of its Hessian) keep the precision.
class HawqV2 final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;

 private:
  Search search(const TrialHistory&) override {
    Proposal first = advised(context());
    const Trial& trial = co_yield std::move(first);
    if (trial.met) co_return;
    const TuneConfig& base = context().initial;
    const auto traces = context().sensitivity->measure(Sensitivity::hessian_trace, base);
    co_yield fewest_in_float(base, by_number(quantized_in(space(), base), traces));
  }
};

}  // namespace

std::unique_ptr<Strategy> make_hawq_v2(const StrategyContext& context) {
  require_sensitivity(context, "hawq_v2", Sensitivity::hessian_trace);
  return std::make_unique<HawqV2>(context);
}

}  // namespace halftone

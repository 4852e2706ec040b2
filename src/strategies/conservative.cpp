#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

class Conservative final : public SearchStrategy {
 public:
  using SearchStrategy::SearchStrategy;
  bool improves_on_success() const override { return more_types_; }

 private:
  Search search(const TrialHistory&) override { return quantize_by_type(space(), context().initial, more_types_); }

  bool more_types_ = false;
};

}  // namespace

std::unique_ptr<Strategy> make_conservative(const StrategyContext& context) {
  return std::make_unique<Conservative>(context);
}

}  // namespace halftone

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "strategies/stages.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

constexpr std::size_t kMostSettings = 8;

class Auto final : public SearchStrategy {
 public:
  explicit Auto(const StrategyContext& context) : SearchStrategy(context), basic_(make_basic(context)) {}
  bool improves_on_success() const override { return more_types_; }

 private:
  Search search(const TrialHistory& history) override {
    Proposal first = advised(context());
    const Trial& trial = co_yield std::move(first);
    const bool met = trial.met;
    if (context().rival) {
      Proposal rival{*context().rival, "rival", "matrix products quantized at run time"};
      co_yield std::move(rival);
    }
    if (met) {  // fewer bits, or products alone, may be faster still
      co_yield lower_bits(space(), context().initial);
      co_yield products_alone();
      co_return;
    }
    co_yield quantize_by_type(space(), context().initial, more_types_);
    co_yield vary_settings(space(), context().initial, kMostSettings);
    if (fully_quantized_met(history)) co_return;
    co_yield noisiest_in_float(history);
    if (history.any_met()) co_return;
    while (std::optional<Proposal> proposal = basic_->next(history)) co_yield std::move(*proposal);
  }

  Search products_alone() {
    std::vector<std::string> others;
    for (const std::string& name : quantized_in(space(), context().initial)) {
      if (!space().unit(name).is_product) others.push_back(name);
    }
    Proposal proposal{with_float(context().initial, others, "the search left it in float"), "products alone",
                      "convolutions and matrix products quantized, all else in float"};
    if (!others.empty()) co_yield std::move(proposal);
  }

  bool fully_quantized_met(const TrialHistory& history) const {
    for (const Trial& trial : history.trials()) {
      if (trial.id != 0 && trial.met && quantizes_all(space(), trial.proposal.config)) return true;
    }
    return false;
  }

  /// From the fully quantized configuration nearest to the target.
  Search noisiest_in_float(const TrialHistory& history) {
    SensitivitySource* source = context().sensitivity;
    if (source == nullptr || !source->has(Sensitivity::added_noise)) co_return;
    const Trial* nearest = nullptr;
    for (const Trial& trial : history.trials()) {
      if (trial.id == 0 || trial.failed() || !quantizes_all(space(), trial.proposal.config)) continue;
      if (nearest == nullptr || trial.margin > nearest->margin) nearest = &trial;
    }
    if (nearest == nullptr) co_return;
    const TuneConfig& base = nearest->proposal.config;
    const std::map<std::string, double> noise = source->measure(Sensitivity::added_noise, base);
    co_yield fewest_in_float(base, by_number(quantized_in(space(), base), noise));
  }

  std::unique_ptr<Strategy> basic_;
  bool more_types_ = false;
};

}  // namespace

std::unique_ptr<Strategy> make_auto(const StrategyContext& context) { return std::make_unique<Auto>(context); }

}  // namespace halftone

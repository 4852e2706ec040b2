// A complete search strategy of one's own. Build it against an installed Halftone, put the folder into
// HALFTONE_PLUGIN_PATH, and name it: halftone tune … --strategy half_by_half

#include <halftone/plugin.h>

#include <string>
#include <vector>

namespace {

using namespace halftone;

/// All units quantized; if that misses the target, the first half of them alone, then the second; then quarters.
class HalfByHalf final : public Strategy {
 public:
  explicit HalfByHalf(const StrategyContext& context)
      : initial_(context.initial), units_(context.space.quantizable()) {}

  std::optional<Proposal> next(const TrialHistory& history) override {
    if (history.any_met() || parts_ > units_.size()) return std::nullopt;
    const std::size_t begin = part_ * units_.size() / parts_, end = (part_ + 1) * units_.size() / parts_;
    std::vector<std::string> others(units_.begin(), units_.begin() + static_cast<std::ptrdiff_t>(begin));
    others.insert(others.end(), units_.begin() + static_cast<std::ptrdiff_t>(end), units_.end());
    Proposal proposal{with_float(initial_, others, "it is in another part"),
                      "1 of " + std::to_string(parts_) + " parts",
                      "units " + std::to_string(begin + 1) + " to " + std::to_string(end) + " quantized"};
    if (++part_ == parts_) {
      part_ = 0;
      parts_ *= 2;
    }
    return proposal;
  }

 private:
  TuneConfig initial_;
  std::vector<std::string> units_;
  std::size_t parts_ = 1, part_ = 0;
};

void register_parts(PluginRegistrar& registrar) {
  registrar.add_strategy("half_by_half",
                         [](const StrategyContext& context) { return std::make_unique<HalfByHalf>(context); });
}

}  // namespace

HALFTONE_PLUGIN(register_parts)

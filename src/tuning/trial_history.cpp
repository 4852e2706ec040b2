#include <algorithm>
#include <utility>

#include "halftone/error.h"
#include "halftone/tuning.h"

namespace halftone {

SensitivitySource::~SensitivitySource() = default;
Strategy::~Strategy() = default;

std::string_view to_string(Sensitivity measure) {
  switch (measure) {
    case Sensitivity::activation_error:
      return "activation_error";
    case Sensitivity::added_noise:
      return "added_noise";
    case Sensitivity::hessian_trace:
      return "hessian_trace";
  }
  return "unknown";
}

const Trial* TrialHistory::find(const TuneConfig& config) const {
  const auto found = by_config_.find(config_id(config));
  return found == by_config_.end() ? nullptr : &trials_[static_cast<std::size_t>(found->second)];
}

bool TrialHistory::any_met() const {
  return std::ranges::any_of(trials_, [](const Trial& trial) { return trial.id != 0 && trial.met; });
}

Trial& TrialHistory::add(Trial trial) {
  trial.id = static_cast<int>(trials_.size());
  by_config_.emplace(config_id(trial.proposal.config), trial.id);
  return trials_.emplace_back(std::move(trial));
}

}  // namespace halftone

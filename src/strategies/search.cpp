#include "strategies/search.h"

#include "tuning/samplers.h"

namespace halftone {

std::optional<Proposal> Search::next(const Trial* trial) {
  promise_type& promise = handle_.promise();
  promise.trial = trial;
  while (!handle_.done()) {
    if (promise.part) {
      const Trial* of_part = std::exchange(promise.part_has_begun, true) ? trial : nullptr;
      if (std::optional<Proposal> proposal = promise.part->next(of_part)) return proposal;
      promise.part.reset();
    }
    promise.proposal.reset();
    handle_.resume();
    if (promise.error) std::rethrow_exception(std::exchange(promise.error, nullptr));
    if (promise.proposal) return std::move(promise.proposal);
  }
  return std::nullopt;
}

std::optional<Proposal> SearchStrategy::next(const TrialHistory& history) {
  if (!search_) search_.emplace(search(history));
  const Trial* trial = last_ ? history.find(*last_) : nullptr;
  if (last_ && trial == nullptr) return std::nullopt;  // what was proposed was not tried: the search is over
  std::optional<Proposal> proposal = search_->next(trial);
  last_ = proposal ? std::optional(proposal->config) : std::nullopt;
  return proposal;
}

const Trial* best_scored(const TrialHistory& history) {
  const Trial* best = nullptr;
  for (const Trial& trial : history.trials()) {
    if (trial.id == 0 || trial.failed()) continue;
    if (best == nullptr || trial.score > best->score) best = &trial;
  }
  return best;
}

std::string in_float_text(const std::vector<std::string>& units) {
  if (units.empty()) return "nothing changed";
  const std::string more = units.size() > 1 ? " and " + std::to_string(units.size() - 1) + " more" : "";
  return units.front() + more + " in float";
}

bool quantizes_all(const TuningSpace& space, const TuneConfig& config) {
  return quantized_in(space, config).size() == space.quantizable().size();
}

}  // namespace halftone

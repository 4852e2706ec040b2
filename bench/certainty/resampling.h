#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/gate.h"
#include "halftone/evaluation.h"
#include "outcome_table.h"

namespace halftone::bench {

/// Outcomes of two models on the same samples, taken as the population.
struct Pair {
  const Outcomes& baseline;
  const Outcomes& candidate;
  double delta() const;       ///< true difference candidate - baseline
  double discordant() const;  ///< share of samples that one has right and the other wrong
};

struct Plan {
  std::uint64_t samples = 1000;  ///< in a data set
  int repetitions = 1000;        ///< data sets, drawn with replacement
  std::size_t chunk = 64;
  double confidence = 0.95;
  std::uint64_t seed = 1;
};

/// What became of the data sets of a plan.
struct Tally {
  int met = 0;
  int not_met = 0;
  int undecided = 0;
  int stopped_early = 0;
  int covered = 0;           ///< whose interval holds the true difference
  int covered_complete = 0;  ///< the same of those that were not stopped early
  double used = 0;           ///< mean number of samples evaluated
  double width_ratio = 0;    ///< mean width over that of Tango's interval, of those that were not stopped early
  int peeking_not_met = 0;   ///< where Tango's interval for a fixed number, looked at after every chunk, was once below
  int peeking_met = 0;       ///< and where it was once above

  int complete(const Plan& plan) const { return plan.repetitions - stopped_early; }
};

/// Judges the pair on data sets drawn from it, under Decide::confident. `limit` is the difference that just passes.
Tally judge_resamples(const Pair& pair, const Plan& plan, double limit);

}  // namespace halftone::bench

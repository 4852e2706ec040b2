#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "progress_bar.h"
#include "style.h"
#include "verbs/verbs.h"

namespace halftone::cli {

/// One line about a finished trial: what was tried, the first metric against its target, speed, verdict, time.
std::string trial_line_text(const Trial& trial, const TuningGoal& goal, const Style& style);

/// A search on a terminal or in a log: a line for each trial that is over; above the stages of the one under way, which
/// one it is, the best so far, and the time left.
class TuneLines final : public TuneView {
 public:
  TuneLines(CommandProgress& progress, Style style) : progress_(progress), style_(style) {}
  void started(int id, const Proposal& proposal, const TuningGoal& goal, int max_trials) override;
  void finished(const Trial& trial, bool repeated, const TuningGoal& goal) override;

 private:
  std::string time_left(int id, int max_trials) const;

  CommandProgress& progress_;
  Style style_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  int live_trials_ = 0;
  std::optional<double> best_score_;
  std::string best_;
};

}  // namespace halftone::cli

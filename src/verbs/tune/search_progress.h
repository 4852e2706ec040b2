#pragma once

#include <atomic>
#include <string_view>

#include "halftone/progress.h"
#include "tuning/tuner.h"

namespace halftone {

/// Passes progress on and ends the work at the next step when the time of the search is over, as Ctrl-C does. Work that
/// has to be done even then (saving the best model) is shielded from both.
class SearchProgress final : public Progress {
 public:
  SearchProgress(Progress& shown, const TimeBudget& budget) : shown_(shown), budget_(budget) {}
  void begin(std::string_view stage, std::uint64_t total) override { shown_.begin(stage, total); }
  void advance(std::uint64_t steps) override;
  void end(std::chrono::duration<double> elapsed) override { shown_.end(elapsed); }
  void warn(std::string_view message) override { shown_.warn(message); }
  void detail(std::string_view message) override { shown_.detail(message); }

  /// As long as one lives, nothing is interrupted.
  class Shield {
   public:
    explicit Shield(SearchProgress& progress) : progress_(progress) { ++progress_.shields_; }
    ~Shield() { --progress_.shields_; }
    Shield(const Shield&) = delete;
    Shield& operator=(const Shield&) = delete;

   private:
    SearchProgress& progress_;
  };

 private:
  Progress& shown_;
  const TimeBudget& budget_;
  std::atomic<int> shields_ = 0;
};

}  // namespace halftone

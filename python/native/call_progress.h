#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>

#include "halftone/progress.h"
#include "native/binding.h"

namespace halftone::python {

/// Hands what is told of a call to Python functions, and to another Progress that shows it; turns Ctrl-C, and a `stop`
/// that answers true, into Error(interrupted) at the next step.
class CallProgress final : public Progress {
 public:
  /// `told` gets (kind, text, done, total, seconds); `stop` gets nothing. Either may be None.
  CallProgress(Progress& shown, HeldObject told, HeldObject stop)
      : shown_(shown), told_(std::move(told)), stop_(std::move(stop)) {}
  void begin(std::string_view stage, std::uint64_t total) override;
  void advance(std::uint64_t steps) override;
  void end(std::chrono::duration<double> elapsed) override;
  void warn(std::string_view message) override;
  void detail(std::string_view message) override;
  /// A finished trial of a search, as JSON.
  void tell_trial(const std::string& json) { tell_later("trial", json, 0, 0, 0); }
  /// What a function threw where nothing could be thrown, and no step came after it; null where all is well.
  std::exception_ptr pending() const { return pending_; }

 private:
  struct StageState {
    std::string name;
    std::uint64_t done = 0, total = 0;
  };
  void tell(const char* kind, std::string_view text, std::uint64_t done, std::uint64_t total, double seconds);
  /// The same where work must not end: what the function throws is thrown at the next step.
  void tell_later(const char* kind, std::string_view text, std::uint64_t done, std::uint64_t total, double seconds);
  void stop_if_asked();

  Progress& shown_;
  HeldObject told_, stop_;
  std::mutex mutex_;
  std::vector<StageState> stages_;
  std::chrono::steady_clock::time_point last_step_, last_question_;
  std::atomic<bool> stopped_ = false;
  std::exception_ptr pending_;  ///< guarded by the mutex
};

}  // namespace halftone::python

#include "native/call_progress.h"

#include "native/errors.h"
#include "native/interrupts.h"

namespace halftone::python {
namespace {

/// Python is asked and told no more often: a step may be a matter of microseconds.
constexpr std::chrono::milliseconds kInterval{50};

bool is_due(std::chrono::steady_clock::time_point& last) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last < kInterval) return false;
  last = now;
  return true;
}

}  // namespace

void CallProgress::begin(std::string_view stage, std::uint64_t total) {
  shown_.begin(stage, total);
  {
    const std::scoped_lock lock(mutex_);
    stages_.push_back({std::string(stage), 0, total});
  }
  tell_later("begin", stage, 0, total, 0);
}

void CallProgress::advance(std::uint64_t steps) {
  shown_.advance(steps);
  StageState state;
  bool tells = false;
  {
    const std::scoped_lock lock(mutex_);
    if (stages_.empty()) return;
    stages_.back().done += steps;
    state = stages_.back();
    tells = is_due(last_step_);
  }
  if (tells) tell("advance", state.name, state.done, state.total, 0);
  stop_if_asked();
}

void CallProgress::end(std::chrono::duration<double> elapsed) {
  shown_.end(elapsed);
  StageState state;
  {
    const std::scoped_lock lock(mutex_);
    if (stages_.empty()) return;
    state = stages_.back();
    stages_.pop_back();
  }
  tell_later("end", state.name, state.done, state.total, elapsed.count());
}

void CallProgress::warn(std::string_view message) {
  shown_.warn(message);
  tell_later("warn", message, 0, 0, 0);
}

void CallProgress::detail(std::string_view message) {
  shown_.detail(message);
  tell_later("detail", message, 0, 0, 0);
}

void CallProgress::tell_later(const char* kind, std::string_view text, std::uint64_t done, std::uint64_t total,
                              double seconds) {
  try {
    tell(kind, text, done, total, seconds);
  } catch (const Error&) {
    const std::scoped_lock lock(mutex_);
    if (!pending_) pending_ = std::current_exception();
  }
}

void CallProgress::tell(const char* kind, std::string_view text, std::uint64_t done, std::uint64_t total,
                        double seconds) {
  if (!told_) return;
  call_python("the progress function",
              [&] { told_.get()(kind, nb::str(text.data(), text.size()), done, total, seconds); });
}

void CallProgress::stop_if_asked() {
  {
    const std::scoped_lock lock(mutex_);
    if (pending_) std::rethrow_exception(pending_);
  }
  if (WatchedInterrupts::is_interrupted()) throw Error(ErrorCode::interrupted, "interrupted");
  if (stop_ && !stopped_) {
    bool asks = false;
    {
      const std::scoped_lock lock(mutex_);
      asks = is_due(last_question_);
    }
    if (asks && call_python("the stop function", [&] { return nb::cast<bool>(nb::bool_(stop_.get()())); })) {
      stopped_ = true;
    }
  }
  if (stopped_) throw Error(ErrorCode::interrupted, "the stop function ended the work");
}

}  // namespace halftone::python

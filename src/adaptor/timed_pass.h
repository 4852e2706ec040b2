#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "halftone/error.h"
#include "halftone/progress.h"

namespace halftone {

/// Tells a Progress how long something took when it is over: "Pass NAME: 412 ms". Nothing where it failed.
class PassClock {
 public:
  PassClock(Progress& progress, std::string name) : progress_(progress), name_(std::move(name)) {}
  /// With a number of places: "Pass NAME: 12 places, 3 ms".
  void tell(std::optional<std::int64_t> places = std::nullopt) const;

 private:
  Progress& progress_;
  std::string name_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Runs one public function of an adaptor: names it in errors and tells its time.
template <typename Work>
auto timed_pass(Progress& progress, const std::string& name, const std::string& subject, Work work) {
  const ErrorContext frame([&] { return name + (subject.empty() ? "" : " " + subject); });
  const PassClock clock(progress, name);
  auto result = work();
  clock.tell();
  return result;
}

/// The same for those that people wait for, which are shown as a stage.
template <typename Work>
auto timed_stage(Progress& progress, const std::string& name, const std::string& subject, Work work) {
  const Stage stage(progress, name);
  return timed_pass(progress, name, subject, std::move(work));
}

}  // namespace halftone

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace halftone {

/// Told what is going on; made by whoever shows it to a person. Implementations are thread safe.
class Progress {
 public:
  virtual ~Progress();
  /// A stage of `total` steps begins (0: not known).
  virtual void begin(std::string_view stage, std::uint64_t total) = 0;
  /// `steps` more are done. Throws Error(interrupted) when the user wants to stop.
  virtual void advance(std::uint64_t steps) = 0;
  /// The stage is over after that time.
  virtual void end(std::chrono::duration<double> elapsed) = 0;
  /// Something the user should know although the work goes on.
  virtual void warn(std::string_view message) = 0;
  /// A line for those who want details, e.g. "Pass quantize model: 412 ms".
  virtual void detail(std::string_view message) = 0;
};

/// Shows nothing.
Progress& silent_progress();

/// A stage on a Progress for as long as it lives.
class Stage {
 public:
  Stage(Progress& progress, std::string name, std::uint64_t total = 0);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  void advance(std::uint64_t steps = 1);
  double seconds() const;

 private:
  Progress& progress_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace halftone

#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/progress.h"

namespace halftone {

/// Passes progress on and remembers what was warned of, each text once, for the result.
class WarningLog final : public Progress {
 public:
  /// `shown` must outlive the log.
  explicit WarningLog(Progress& shown) : shown_(shown) {}
  void begin(std::string_view stage, std::uint64_t total) override { shown_.begin(stage, total); }
  void advance(std::uint64_t steps) override { shown_.advance(steps); }
  void end(std::chrono::duration<double> elapsed) override { shown_.end(elapsed); }
  void warn(std::string_view message) override;
  void detail(std::string_view message) override { shown_.detail(message); }
  std::vector<std::string> warnings() const;

 private:
  Progress& shown_;
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
};

}  // namespace halftone

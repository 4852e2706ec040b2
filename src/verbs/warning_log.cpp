#include "verbs/warning_log.h"

#include <algorithm>

namespace halftone {

void WarningLog::warn(std::string_view message) {
  {
    const std::lock_guard lock(mutex_);
    if (std::find(warnings_.begin(), warnings_.end(), message) != warnings_.end()) return;
    warnings_.emplace_back(message);
  }
  shown_.warn(message);
}

std::vector<std::string> WarningLog::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

}  // namespace halftone

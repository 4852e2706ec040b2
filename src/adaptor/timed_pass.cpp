#include "adaptor/timed_pass.h"

#include <cmath>

namespace halftone {

void PassClock::tell(std::optional<std::int64_t> places) const {
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start_;
  const std::string counted = places ? std::to_string(*places) + (*places == 1 ? " place, " : " places, ") : "";
  progress_.detail("Pass " + name_ + ": " + counted + std::to_string(std::lround(elapsed.count())) + " ms");
}

}  // namespace halftone

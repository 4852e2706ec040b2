#include "halftone/measurer.h"

namespace halftone {

Measurer::~Measurer() = default;

void LatencyMeasurer::start() { started_ = std::chrono::steady_clock::now(); }

void LatencyMeasurer::end() {
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - started_;
  milliseconds_.push_back(elapsed.count());
}

}  // namespace halftone

#pragma once

#include <chrono>
#include <vector>

namespace halftone {

/// Told of every inference of an evaluation: start() right before it, end() right after.
class Measurer {
 public:
  virtual ~Measurer();
  virtual void start() = 0;
  virtual void end() = 0;
};

/// Notes how long each inference took.
class LatencyMeasurer : public Measurer {
 public:
  void start() override;
  void end() override;
  /// Of the inferences, in order.
  const std::vector<double>& milliseconds() const { return milliseconds_; }

 private:
  std::chrono::steady_clock::time_point started_;
  std::vector<double> milliseconds_;
};

}  // namespace halftone

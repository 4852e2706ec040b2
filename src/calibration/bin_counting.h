#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "calibration/bin_grid.h"

namespace halftone {

/// Counts of one stretch of values, before they are added to a histogram. Neighbouring values go to different sets, so
/// that a run of equal values (the zeros of a ReLU) does not wait for its own stores.
class BinCounters {
 public:
  static constexpr std::size_t kSets = 4;
  /// After so many values flush() must be called: some thousands more, and a counter could overflow.
  static constexpr std::uint64_t kCapacity = std::uint64_t{1} << 17;

  /// Counts finite values that lie on `grid`. Vectorised; the same counts on every instruction set.
  void count(std::span<const float> values, const BinGrid& grid);
  /// Adds the counts to a histogram's, one a bin, and clears them. The histogram has the grid they were counted on.
  void flush(std::vector<std::uint64_t>& counts);
  /// Clears all counts.
  void discard() { counters_.fill(0); }

 private:
  /// A line of counters more than there are bins: with the same bin at the same place of each set, the processor would
  /// take them for one address (see kScatter).
  static constexpr std::size_t kSetSize = static_cast<std::size_t>(Histogram::kMaxBins) + 32;
  /// Of 16 bits, so that all sets fit the nearest caches.
  std::array<std::uint16_t, kSets * kSetSize> counters_{};
};

/// Counts values straight into a histogram's counts; for few values, where clearing counters would cost more.
void count_directly(std::span<const float> values, const BinGrid& grid, std::vector<std::uint64_t>& counts);

}  // namespace halftone

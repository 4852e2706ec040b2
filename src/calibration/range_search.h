#pragma once

#include <cstdint>
#include <functional>

namespace halftone {

/// Indices of the bins that a range keeps: from low up to, but without, high.
struct BinEnds {
  std::int64_t low;
  std::int64_t high;
  friend bool operator==(const BinEnds&, const BinEnds&) = default;
};

/// Cost of keeping these bins; where it is not below `enough`, any value that is not will do, so that a cost that adds
/// up may stop early.
using EndsCost = std::function<double(const BinEnds& kept, double enough)>;

/// Moves one end after the other to where the cost is least, starting from `widest` and never inside `narrowest`, until
/// neither moves. Deterministic; of ends that cost the same (to 1e-9 of the cost, as logarithms differ in their last
/// bits between machines) it keeps the wider. The result never costs more than `widest`.
BinEnds search_ends(const BinEnds& widest, const BinEnds& narrowest, const EndsCost& cost);

}  // namespace halftone

#pragma once

#include <cstddef>
#include <span>

namespace halftone {

/// One stretch of levels: sums over the points before each of their edges, and the places of the edges. All spans are
/// equally long, one longer than the stretch has levels.
struct LevelEdges {
  std::span<const double> mass;     ///< of shares p
  std::span<const double> entropy;  ///< of p * log(p)
  std::span<const double> place;
};

/// Sum over the levels of the nats lost when the shares of a level are all taken for its mean: sum of p * log(p /
/// mean). Vectorised; instruction sets agree but for rounding in the last bits.
double lost_in_levels(const LevelEdges& edges);

/// x * log(x) for each value (0 for 0), vectorised likewise.
void store_entropies(std::span<const double> shares, std::span<double> results);

}  // namespace halftone

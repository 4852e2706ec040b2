#pragma once

namespace halftone {

/// The point of [low, high] where a decreasing function passes from positive to not positive, to the last bit that
/// halving reaches. `function` is never called at the ends, where it may be infinite.
template <typename Function>
double bisect_decreasing(const Function& function, double low, double high) {
  // 200 halvings separate any two doubles of practical use; the bound only matters for a root at zero.
  for (int halving = 0; halving < 200; ++halving) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (function(middle) > 0 ? low : high) = middle;
  }
  return high;
}

}  // namespace halftone

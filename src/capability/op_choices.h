#pragma once

#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Every concrete way an alternative stands for: the Cartesian product of its lists, in which activation scheme,
/// algorithm, granularity and dtype, then weight scheme, granularity, algorithm and dtype vary ever faster. Without
/// a weight, the activation's alone. Weights give up a bit where the target's sums saturate.
std::vector<OpChoice> expand(const Alternative& alternative, const Target& target);

}  // namespace halftone

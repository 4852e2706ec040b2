#pragma once

#include <vector>

#include "halftone/capability.h"

namespace halftone {

/// Every concrete way an alternative stands for: the Cartesian product of its lists, in which activation scheme,
/// algorithm, granularity and dtype, then weight scheme, granularity, algorithm and dtype vary ever faster. Without
/// a weight, the activation's alone. With `reduce_range`, weights of 8 bits that integers are multiplied by give up
/// one.
std::vector<OpChoice> expand(const Alternative& alternative, bool reduce_range);

}  // namespace halftone

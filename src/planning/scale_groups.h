#pragma once

#include <map>
#include <vector>

#include "planning/placement.h"

namespace halftone {

/// Tensors that must have the same scale and zero point because an op only moves values from one to the other.
struct ScaleGroup {
  std::vector<TensorId> tensors;    ///< carry quantized values, in the graph's order
  std::vector<TensorId> sources;    ///< those whose values are not moved from another member: they decide the range
  std::vector<TensorId> constants;  ///< constants that movers read along with them
};

/// Groups of all tensors that carry quantized values, numbered in the graph's order.
std::vector<ScaleGroup> find_scale_groups(const Placement& placement);

/// Group of each tensor.
std::map<TensorId, int> group_of_tensors(const std::vector<ScaleGroup>& groups);

}  // namespace halftone

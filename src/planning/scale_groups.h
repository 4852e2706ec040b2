#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "planning/placement.h"

namespace halftone {

/// Tensors that must have the same scale and zero point because an op only moves values from one to the other.
struct ScaleGroup {
  std::vector<TensorId> tensors;  ///< carry quantized values, in the graph's order
  /// Those whose values are not moved from another member, and those whose values come in from another group by
  /// rescaling: they decide the range.
  std::vector<TensorId> sources;
  std::vector<TensorId> constants;  ///< constants that movers read along with them
};

/// Inputs of ops, by index, whose values the op converts to the scale of its output.
using RescaledInputs = std::set<std::pair<OpId, int>>;

/// Groups of all tensors that carry quantized values, numbered in the graph's order. What movers read and write is in
/// one group, except for `rescaled` inputs: those keep a group of their own.
std::vector<ScaleGroup> find_scale_groups(const Placement& placement, const RescaledInputs& rescaled = {});

/// Group of each tensor.
std::map<TensorId, int> group_of_tensors(const std::vector<ScaleGroup>& groups);

}  // namespace halftone

#pragma once

#include <string>
#include <vector>

#include "halftone/graph.h"

namespace halftone {

/// For each transformer layer the names of the products in its feed-forward part (Vaswani et al. 2017, section 3.3), in
/// order of data; the last layer first, as a fallback block by block takes them.
///
/// Found by residual branches: an op that reads both a tensor and something computed from it closes one. A branch with
/// products, and no closed one with products inside, is an attention where it multiplies two computed tensors twice
/// (scores, then context), and a feed-forward part where it has at least two products, all by constant weights. A
/// feed-forward part counts where no product stands between it and the attention before it: at its residual, or
/// normalised. Layers that compute both side by side are not found.
std::vector<std::vector<std::string>> feed_forward_blocks(const GraphView& graph);

}  // namespace halftone

#pragma once

#include <map>
#include <string>
#include <vector>

#include "adaptor/tensor_errors.h"
#include "halftone/graph.h"

namespace halftone {

/// The error of what one op gives.
struct OpError {
  OpId op = kNone;
  TensorError error;  ///< of its worst output
  /// Noise over signal that arose in this op: what its output has more than the worst of its inputs. What it only
  /// passes on is not its own.
  double added = 0;
};

/// Tensors of a float model that ops give and that another model has too, in the order of the graph.
std::vector<std::string> tensors_in_common(const GraphView& reference, const GraphView& other);

/// Every op of which an output was compared, those that add the most noise first, equal ones in the graph's order.
std::vector<OpError> rank_ops(const GraphView& graph, const std::vector<TensorError>& errors);

}  // namespace halftone

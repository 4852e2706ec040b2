#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "report/json_values.h"

namespace halftone {

/// The ops of one model.
struct OpList {
  bool executed = false;  ///< as the framework runs them after its own optimisations; else as the file has them
  std::vector<ExecutedOp> ops;
};

/// The ops that the framework executes, or nullopt where its adaptor does not tell.
std::optional<OpList> executed_op_list(const Adaptor& adaptor, const Model& model);
/// The ops of the model's graph, of which it is not known how they run.
OpList graph_op_list(const Adaptor& adaptor, const Model& model);

/// An op of the first model that is another one elsewhere, or is not there.
struct OpChange {
  std::string name;
  std::string from;               ///< its type
  std::optional<std::string> to;  ///< its type there; absent where no op has that name
};

struct OpDifference {
  std::vector<OpChange> changed;  ///< in the order of the first model
  std::uint64_t added = 0;        ///< ops with a name that the first model has not, or with none
};

/// Ops are told apart by their names; those of the first model without one are only counted, in op_counts_json().
OpDifference compare_ops(const std::vector<ExecutedOp>& first, const std::vector<ExecutedOp>& other);

/// {"source": "executed" | "graph", "total", "low_precision", "by_type"}; it is not known how ops of a graph run.
Json op_counts_json(const OpList& list);

}  // namespace halftone

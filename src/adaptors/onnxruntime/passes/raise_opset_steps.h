#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adaptors/onnxruntime/passes/raise_opset_node.h"

namespace halftone::onnxruntime {

/// How the definition of one op changed with one operator set, by ONNX's change log (onnx/docs/Changelog.md), and what
/// keeps its meaning as ONNX Runtime has it.
struct OpsetChange {
  std::string_view op;
  std::int64_t opset;  ///< the set that brought the change
  void (*apply)(RaisedNode& raised);
  /// Why this very node cannot follow; empty otherwise. May be null.
  std::string (*obstacle)(const OnnxNode& node, const OnnxModel& model, const OnnxGraph& graph) = nullptr;
  bool looks_at_type = false;  ///< the step is better where it knows the first input's type
};

/// The changes of sets 8 to 13, those of one op in order.
const std::vector<OpsetChange>& opset_changes();

/// Whether a standard op exists in set 13 and means there what it meant in `opset`, but for the changes above. False
/// for experimental ops of old files.
bool has_later_form(std::string_view op, std::int64_t opset);

}  // namespace halftone::onnxruntime

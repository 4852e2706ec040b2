#pragma once

#include <set>
#include <string>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/graph.h"

namespace halftone::onnxruntime {

/// Meaning of an op type; nullopt for types the table does not have (custom ops).
std::optional<OpMeaning> meaning_of(const std::string& op_type);

/// Every op type of the table.
const std::set<std::string>& known_op_types();

/// Ops whose kernels take 8-bit tensors as they are: they move their values, or compare them.
bool takes_integers(const std::string& op_type);
/// Ops whose result says where a value stands.
bool gives_indices(const std::string& op_type);

/// Kernels that work on 8-bit tensors as they are, but that the runtime does not free from the conversions around
/// them: the rewriter lets them read and write the quantized tensor itself.
bool runs_on_integers(const std::string& op_type);

/// Nodes that the runtime takes for a low-precision kernel wherever they stand between conversions, and then cannot
/// run. The rewriter keeps them apart from the conversions.
bool breaks_between_conversions(const OnnxNode& node);

}  // namespace halftone::onnxruntime

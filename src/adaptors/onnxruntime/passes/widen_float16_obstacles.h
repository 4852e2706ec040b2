#pragma once

#include <set>
#include <string>

#include "adaptors/onnxruntime/passes/infer_types.h"

namespace halftone::onnxruntime {

/// Attributes of standard ops that name an element type, as a number of TensorProto.DataType.
const std::set<std::string>& type_attributes();

bool is_standard_domain(const OnnxNode& node);

/// Whether anything in the graph is a 16-bit float, as far as the file says.
bool holds_half(const OnnxModel& model);

/// Tensors whose types decide whether and how a model can be widened.
std::set<std::string> tensors_that_decide(const OnnxModel& model);

/// Why a model cannot be widened; empty where it can. `types`: of tensors_that_decide().
std::string why_half_stays(const OnnxModel& model, const TensorTypes& types);

}  // namespace halftone::onnxruntime

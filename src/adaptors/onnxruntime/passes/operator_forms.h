#pragma once

#include <string>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// Domain of the operators that the runtime adds to the standard (ContribOperators.md of its documentation).
inline constexpr const char* kContributedOps = "com.microsoft";

/// How an operator on integers lists what it reads. An operand in low precision is three inputs: values, scale, zero
/// point; what the float op does not take in low precision (a condition) stands as it is.
enum class OperandLayout {
  result_then_bias,    ///< operands, scale and zero point of the result, bias
  bias_before_result,  ///< operands, bias, scale and zero point of the result
  result_first,        ///< scale and zero point of the result, operands
};

/// The operator that does on integers what a float op does.
struct OperatorForm {
  std::string type;
  std::string domain;  ///< empty: the standard's
  OperandLayout layout = OperandLayout::result_then_bias;
  bool has_bias = false;        ///< the float op's third input is one, an operand of 32-bit integers without parameters
  std::string float_type = {};  ///< of kContributedOps, gives its result in float; empty where there is none
};

/// Null where there is none: then the op hands values on, and takes integers as they are, or stays in float.
const OperatorForm* operator_form_of(const OnnxNode& node);

}  // namespace halftone::onnxruntime

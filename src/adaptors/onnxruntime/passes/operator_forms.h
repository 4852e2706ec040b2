#pragma once

#include <cstddef>
#include <optional>
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
  std::string float_op;  ///< of the standard
  std::string type;
  std::string domain;          ///< empty: the standard's
  std::size_t operands = 1;    ///< in low precision; 0: any number of them
  std::size_t conditions = 0;  ///< inputs before the operands that stay as they are
  OperandLayout layout = OperandLayout::result_then_bias;
  bool has_bias = false;          ///< the float op's third input is one: 32-bit integers without parameters
  std::string float_result_type;  ///< of kContributedOps, gives its result in float; empty where there is none
};

/// Where an operator on integers has a tensor among its inputs.
struct OperandInputs {
  std::size_t values, scale, zero_point;
};
/// How many operands in low precision a node of a form has.
std::size_t operand_count(const OperatorForm& form, const OnnxNode& node);
OperandInputs operand_inputs(const OperatorForm& form, std::size_t operand);
/// Scale and zero point of what a node of a form gives; `values` has no meaning.
OperandInputs result_inputs(const OperatorForm& form, const OnnxNode& node);
/// Absent for forms without a bias.
std::optional<std::size_t> bias_input(const OperatorForm& form);

/// The form of a float op. Null where there is none: then the op hands values on, and takes integers as they are, or
/// stays in float.
const OperatorForm* operator_form_of(const OnnxNode& node);

/// The form that a node has; null for nodes that are no operators on integers, or give their result in float.
const OperatorForm* operator_form_taken_by(const OnnxNode& node);

}  // namespace halftone::onnxruntime

#include "adaptors/onnxruntime/passes/operator_forms.h"

#include <algorithm>
#include <vector>

namespace halftone::onnxruntime {
namespace {

OperatorForm contributed(const char* float_op, std::size_t operands) {
  return {.float_op = float_op,
          .type = std::string("QLinear") + float_op,
          .domain = kContributedOps,
          .operands = operands,
          .float_result_type = ""};
}

// By their definitions in the standard (Operators.md) and in the runtime's ContribOperators.md.
std::vector<OperatorForm> all_forms() {
  std::vector<OperatorForm> forms{{.float_op = "Conv",
                                   .type = "QLinearConv",
                                   .domain = "",
                                   .operands = 2,
                                   .has_bias = true,
                                   .float_result_type = ""},
                                  {.float_op = "MatMul",
                                   .type = "QLinearMatMul",
                                   .domain = "",
                                   .operands = 2,
                                   .float_result_type = "MatMulIntegerToFloat"},
                                  {.float_op = "Gemm",
                                   .type = "QGemm",
                                   .domain = kContributedOps,
                                   .operands = 2,
                                   .layout = OperandLayout::bias_before_result,
                                   .has_bias = true,
                                   .float_result_type = "QGemm"},
                                  contributed("Add", 2),
                                  contributed("Mul", 2),
                                  contributed("AveragePool", 1),
                                  contributed("GlobalAveragePool", 1),
                                  contributed("LeakyRelu", 1),
                                  contributed("Sigmoid", 1),
                                  contributed("Concat", 0),
                                  contributed("Where", 2)};
  forms[forms.size() - 2].layout = OperandLayout::result_first;
  forms.back().conditions = 1;
  return forms;
}

const std::vector<OperatorForm>& table() {
  static const std::vector<OperatorForm> kForms = all_forms();
  return kForms;
}

template <typename Matches>
const OperatorForm* find(Matches matches) {
  const auto found = std::ranges::find_if(table(), matches);
  return found == table().end() ? nullptr : &*found;
}

}  // namespace

const OperatorForm* operator_form_of(const OnnxNode& node) {
  if (!node.is_standard()) return nullptr;
  return find([&](const OperatorForm& form) { return form.float_op == node.op_type; });
}

const OperatorForm* operator_form_taken_by(const OnnxNode& node) {
  return find([&](const OperatorForm& form) {
    return form.type == node.op_type && (form.domain == node.domain || (form.domain.empty() && node.is_standard()));
  });
}

}  // namespace halftone::onnxruntime

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

std::size_t operand_count(const OperatorForm& form, const OnnxNode& node) {
  return form.operands > 0 ? form.operands : (node.inputs.size() - operand_inputs(form, 0).values) / 3;
}

OperandInputs operand_inputs(const OperatorForm& form, std::size_t operand) {
  const std::size_t before = form.layout == OperandLayout::result_first ? 2 : form.conditions;
  const std::size_t first = before + 3 * operand;
  return {first, first + 1, first + 2};
}

OperandInputs result_inputs(const OperatorForm& form, const OnnxNode& node) {
  if (form.layout == OperandLayout::result_first) return {0, 0, 1};
  const std::size_t behind = operand_inputs(form, operand_count(form, node)).values;
  const std::size_t first = form.layout == OperandLayout::bias_before_result ? behind + 1 : behind;
  return {first, first, first + 1};
}

std::optional<std::size_t> bias_input(const OperatorForm& form) {
  if (!form.has_bias) return std::nullopt;
  const std::size_t behind = operand_inputs(form, form.operands).values;
  return form.layout == OperandLayout::bias_before_result ? behind : behind + 2;
}

}  // namespace halftone::onnxruntime

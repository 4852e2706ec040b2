#include "adaptors/onnxruntime/passes/operator_forms.h"

#include <map>

namespace halftone::onnxruntime {
namespace {

OperatorForm contributed(const char* type, OperandLayout layout = OperandLayout::result_then_bias) {
  return {.type = type, .domain = kContributedOps, .layout = layout};
}

// By their definitions in the standard (Operators.md) and in the runtime's ContribOperators.md.
const std::map<std::string, OperatorForm>& table() {
  static const std::map<std::string, OperatorForm> kForms{
      {"Conv", {.type = "QLinearConv", .domain = "", .has_bias = true}},
      {"MatMul", {.type = "QLinearMatMul", .domain = "", .float_type = "MatMulIntegerToFloat"}},
      {"Gemm",
       {.type = "QGemm",
        .domain = kContributedOps,
        .layout = OperandLayout::bias_before_result,
        .has_bias = true,
        .float_type = "QGemm"}},
      {"Add", contributed("QLinearAdd")},
      {"Mul", contributed("QLinearMul")},
      {"AveragePool", contributed("QLinearAveragePool")},
      {"GlobalAveragePool", contributed("QLinearGlobalAveragePool")},
      {"LeakyRelu", contributed("QLinearLeakyRelu")},
      {"Sigmoid", contributed("QLinearSigmoid")},
      {"Concat", contributed("QLinearConcat", OperandLayout::result_first)},
      {"Where", contributed("QLinearWhere")},
  };
  return kForms;
}

}  // namespace

const OperatorForm* operator_form_of(const OnnxNode& node) {
  const auto found = node.is_standard() ? table().find(node.op_type) : table().end();
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace halftone::onnxruntime

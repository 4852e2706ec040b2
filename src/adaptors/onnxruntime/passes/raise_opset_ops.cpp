#include <array>
#include <unordered_set>

#include "adaptors/onnxruntime/passes/raise_opset_steps.h"

namespace halftone::onnxruntime {
namespace {

// Every op of operator sets 7 to 13. Those without an entry in the table of changes only took more types and negative
// axes since, or had their definition made clearer.
const std::unordered_set<std::string_view>& standard_ops() {
  static const std::unordered_set<std::string_view> kOps{
      "Abs", "Acos", "Acosh", "Add", "And", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh", "AveragePool",
      "BatchNormalization", "BitShift", "Cast", "Ceil", "Celu", "Clip", "Compress", "Concat", "ConcatFromSequence",
      "Constant", "ConstantOfShape", "Conv", "ConvInteger", "ConvTranspose", "Cos", "Cosh", "CumSum", "DepthToSpace",
      "DequantizeLinear", "Det", "Div", "Dropout", "DynamicQuantizeLinear", "Einsum", "Elu", "Equal", "Erf", "Exp",
      "Expand", "EyeLike", "Flatten", "Floor", "GRU", "Gather", "GatherElements", "GatherND", "Gemm",
      "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "Greater", "GreaterOrEqual", "HardSigmoid", "Hardmax",
      "Identity", "If", "InstanceNormalization", "IsInf", "IsNaN", "LRN", "LSTM", "LeakyRelu", "Less", "LessOrEqual",
      "Log", "LogSoftmax", "Loop", "LpNormalization", "LpPool", "MatMul", "MatMulInteger", "Max", "MaxPool",
      "MaxRoiPool", "MaxUnpool", "Mean", "MeanVarianceNormalization", "Min", "Mod", "Mul", "Multinomial", "Neg",
      "NegativeLogLikelihoodLoss", "NonMaxSuppression", "NonZero", "Not", "OneHot", "Or", "PRelu", "Pad", "Pow",
      "QLinearConv", "QLinearMatMul", "QuantizeLinear", "RNN", "RandomNormal", "RandomNormalLike", "RandomUniform",
      "RandomUniformLike", "Range", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
      "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Relu", "Reshape", "Resize",
      "ReverseSequence", "RoiAlign", "Round", "Scan", "Scatter", "ScatterElements", "ScatterND", "Selu", "SequenceAt",
      "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "Shape", "Shrink",
      "Sigmoid", "Sign", "Sin", "Sinh", "Size", "Slice", "Softmax", "SoftmaxCrossEntropyLoss", "Softplus", "Softsign",
      "SpaceToDepth", "Split", "SplitToSequence", "Sqrt", "Squeeze", "StringNormalizer", "Sub", "Sum", "Tan", "Tanh",
      "TfIdfVectorizer", "ThresholdedRelu", "Tile", "TopK", "Transpose", "Unique", "Unsqueeze", "Upsample", "Where",
      "Xor",
      // The runtime takes these in every set, long before or without the standard.
      "LayerNormalization", "SimplifiedLayerNormalization"};
  return kOps;
}

/// An op whose definition of the old days shares nothing but the name with the present one, or that has ended.
struct Lifetime {
  std::string_view op;
  std::int64_t first, last;
};
constexpr std::array kLifetimes{
    Lifetime{"MeanVarianceNormalization", 9, 13},  // was experimental, with other attributes
    Lifetime{"Scan", 9, 13},                       // ran over a batch, with lengths of its own
    Lifetime{"Scatter", 9, 10},
    Lifetime{"Upsample", 7, 9},
};

}  // namespace

bool has_later_form(std::string_view op, std::int64_t opset) {
  for (const Lifetime& life : kLifetimes) {
    if (life.op == op) return opset >= life.first && opset <= life.last;
  }
  return standard_ops().contains(op);
}

}  // namespace halftone::onnxruntime

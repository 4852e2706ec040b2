#pragma once

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"
#include "halftone/plan.h"

namespace halftone::onnxruntime {

// Rewrites of a model and of the graphs nested in it. Those of the preparation keep its outputs to within float
// rounding and return how many places they changed.

/// What a pass did that changes a model as a whole or not at all.
struct WholePass {
  int places = 0;
  std::string left_because;  ///< why the model was left as it is; empty otherwise
};

/// Raises the standard operators of sets 7 to 12 to set 13, from which on scales may be per channel, and the file's
/// IR version to what comes with it; other domains stay. Attributes that became inputs do so, and ops whose meaning
/// changed are written anew. The runtime tells types that the file does not. Throws invalid_model when it has to and
/// cannot open the model.
WholePass raise_opset(OnnxModel& model, const Runtime& runtime);
/// Why raise_opset leaves a model below set 13, with the node that is the reason; empty where it does not.
std::string why_opset_stays(const OnnxModel& model);

/// Turns the inside of a model of 16-bit floats (float16, bfloat16) into fp32: constants are widened, which is exact,
/// casts and other ops that name the type give fp32, and casts that lose their meaning become Identity. The model's own
/// inputs and outputs keep their types by a Cast each. Results differ by what rounding to 16 bits did. Throws
/// invalid_model when the runtime must be asked for types and cannot open the model.
WholePass widen_float16(OnnxModel& model, const Runtime& runtime);

/// Gives every node a name of its own: nodes without one are named by type and position, later ones of the same name
/// get a number.
int name_nodes(OnnxModel& model);

/// Gives every tensor of a subgraph a name that no other graph uses: two branches may name theirs alike.
int name_tensors(OnnxModel& model);

/// Replaces what follows from constants alone by its value, computed by the runtime itself. Random ops, subgraphs,
/// custom ops and results above 64 MiB are left. What subgraphs have in common is kept once.
int fold_constants(OnnxModel& model, const Runtime& runtime);

/// Removes Identity, and Dropout as it is in inference (its output is its input).
int remove_identities(OnnxModel& model);

/// Folds a batch normalization into the convolution before it.
///   Before:  y = gamma * (conv(x, W) + b - mean) / sqrt(var + epsilon) + beta
///   After:   y = conv(x, W * s) + (b - mean) * s + beta    with s = gamma / sqrt(var + epsilon), per output channel
/// Conditions: the convolution's result is read by nothing else, all parameters are constants.
int fold_batch_norm(OnnxModel& model);

/// Folds an addition of one constant a channel into the bias of the convolution before it.
int fold_bias_add(OnnxModel& model);

/// Makes a MatMul and the addition of one constant a column behind it a Gemm, as the runtime does anyway: with an
/// integer bias it stays one kernel in low precision.
///   Before:  y = x * W + b
///   After:   y = Gemm(x, W, b)
/// Conditions: x is a matrix, by the file or the runtime; W and b are constants; nothing else reads the product.
int fold_bias_into_gemm(OnnxModel& model, const Runtime& runtime);

/// Removes constants that nothing reads.
int remove_unused_constants(OnnxModel& model);

/// Writes a plan into a prepared model: Q and DQ nodes around the tensors that carry quantized values, weights and
/// biases as integers behind DQ. `metadata` goes into the model's own.
void insert_quantization(OnnxModel& model, const QuantizationPlan& plan,
                         const std::vector<std::pair<std::string, std::string>>& metadata);

/// Turns what insert_quantization() wrote around the ops whose plan has the format qlinear into operators on integers:
///   Before:  y_q = Q(op(DQ(a_q), DQ(b_q)))          a Relu or Clip that the op is fused with behind it
///   After:   y_q = QLinearOp(a_q, s_a, z_a, b_q, s_b, z_b, s_y, z_y)
/// Ops that hand values on read and write the integers themselves. A Relu or Clip goes where the range of y implies it,
/// else it bounds the integers. Matrix products whose result stays in float become MatMulIntegerToFloat, or a QGemm
/// without result parameters. Returns how many units it wrote.
int write_operator_form(OnnxModel& model, const QuantizationPlan& plan);

/// The way back, for models that any tool made: operators on integers become float ops between Q and DQ, which the
/// runtime fuses to the same kernels. Ops that move, bound or compare integers stand between conversions, too, and a
/// bias gets the scale that its operands give it. Operators of another memory layout (channels_last) are left. Returns
/// how many ops it rewrote. Throws unsupported for scales that are computed at run time.
int expand_operator_form(OnnxModel& model);

/// Writes the products that the plan quantizes at run time, after insert_quantization() has written all else:
///   Before:  y = x W (+ b)
///   After:   x_q, s, z = DynamicQuantizeLinear(x);  y = float(MatMulInteger(x_q, W_q, z, 0)) * (s * s_W) (+ b)
/// which the runtime fuses to one kernel each. Ops that read the same tensor share its quantization. An LSTM becomes
/// DynamicQuantizeLSTM (ContribOperators.md of the runtime), which quantizes its input and its state itself, an
/// Attention of the runtime's own QAttention. Returns how many.
int quantize_at_run_time(OnnxModel& model, const QuantizationPlan& plan);

/// Writes the products whose weight alone the plan quantizes in groups:
///   Before:  y = x W (+ b)
///   After:   y = MatMulNBits(x, values, scales, zero points, -, b)
/// with the weight as the operator takes it (com.microsoft.MatMulNBits, in ContribOperators.md of the runtime).
/// Products that read one weight share it. Returns how many.
int quantize_weights_alone(OnnxModel& model, const QuantizationPlan& plan);

}  // namespace halftone::onnxruntime

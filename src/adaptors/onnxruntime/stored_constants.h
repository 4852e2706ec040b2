#pragma once

#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/stored_constant.h"

namespace halftone::onnxruntime {

/// The weights and biases of a quantized model: integers behind DequantizeLinear, those that integer operators
/// (QLinearConv, QLinearMatMul, QGemm, QLinearAdd, QLinearMul, QAttention, MatMulInteger, DynamicQuantizeMatMul) read,
/// the groups of MatMulNBits, and floats before QuantizeLinear. A constant `W_quantized` (`W_quantized_2`, … where
/// there are several) stands for `W` of the float model, others for one of their own name. Constants in other forms
/// (blocks of 4 bits behind DequantizeLinear, DynamicQuantizeLSTM, scales that are calculated) are left out. The
/// model's nodes must have names.
std::vector<StoredConstant> read_stored_constants(const OnnxModel& model);

/// Writes other values into constants. Throws invalid_argument for names that are no constant.
void replace_constants(OnnxModel& model, const NamedTensors& constants);

}  // namespace halftone::onnxruntime

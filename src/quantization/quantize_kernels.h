#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "quantization/matrix_rows.h"

namespace halftone {

/// result[i] = saturate(round_half_to_even(values[i] / scale) + zero_point), vectorised; the same bits on every
/// instruction set. Returns whether all values are finite; results of values that are not are unspecified.
bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::uint8_t* result);
bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::int8_t* result);

/// The same of a matrix with a scale and a zero point for each column; rows of the result follow each other.
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::uint8_t* result);
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::int8_t* result);

/// 32-bit results come from quotients in double, as a float holds 24 bits only. Few tensors are quantized so (biases):
/// it is fast enough without vectors.
bool quantize_block(std::span<const float> values, float scale, std::int32_t zero_point, std::int32_t* result);
bool quantize_rows(const MatrixRows& matrix, const float* scale, const std::int32_t* zero_point, std::int32_t* result);

}  // namespace halftone

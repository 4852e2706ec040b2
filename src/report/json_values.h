#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/capability.h"
#include "halftone/evaluation.h"
#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone {

/// Results keep their keys in the order they were written.
using Json = nlohmann::ordered_json;

/// A number, or null where it is NaN or infinite (which JSON cannot say).
Json json_of(double value);
/// {"value", "low", "high"}, each as json_of(double).
Json json_of(const Estimate& estimate);
/// {"name", "dtype", "shape"}: shape is a list with null for unknown extents, or null when the rank is not known.
Json json_of(const TensorSignature& signature);
Json json_of(const std::vector<TensorSignature>& signatures);
/// {"name", "version", "library"}.
Json json_of(const FrameworkVersion& framework);
/// {"dtype", "scheme", "granularity", "range_method"}, "group_size" and "reduce_range" where they apply.
Json json_of(const QuantSpec& spec);
/// {"quant_mode", "format", "activation", "weight" (or null), "runs", "float_output", "text"}.
Json json_of(const OpChoice& choice);
Json json_of(const std::vector<OpChoice>& choices);
/// {"dtype", "axis" (or null), "scale": […], "zero_point": […]}; scales as hexadecimal floats ("0x1.8p-3"), so that
/// no bit is lost.
Json json_of(const QuantParams& params);

/// "0x1.8p-3".
std::string hexadecimal(float value);

}  // namespace halftone

#pragma once

#include <string>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

// What a configuration file can say of a model's inputs and outputs: advice as sentences, examples as entries
// "NAME: VALUE" of a map.

/// Shapes for the inputs that leave extents open: 1 for the batch, and what is usual for inputs of that kind.
std::vector<std::string> input_examples(const std::vector<TensorSignature>& inputs);

/// Data specs that can feed a model with those inputs, with labels where they are for evaluation.
std::vector<std::string> data_advice(const std::vector<TensorSignature>& inputs, bool labelled);

/// A spec of images or text for inputs that are such; empty for others.
std::string suggested_spec(const std::vector<TensorSignature>& inputs, bool labelled);

/// Metrics that suit the first output: with labels, and without.
std::vector<std::string> metrics_advice(const std::vector<TensorSignature>& outputs);

}  // namespace halftone

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// Values of one sample in an output of a run over `samples` of them: its row of the first axis, where that counts the
/// samples. A model that folds its samples into another axis counts as one sample. nullopt where they cannot be told
/// apart. Throws invalid_data for strings.
std::optional<std::vector<float>> output_row(const Tensor& output, std::size_t sample, std::size_t samples);

/// The same, which throws invalid_data where samples cannot be told apart.
std::vector<float> require_output_row(const Tensor& output, std::size_t sample, std::size_t samples);

}  // namespace halftone

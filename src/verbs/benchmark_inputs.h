#pragma once

#include <vector>

#include "configuration/config.h"
#include "halftone/data.h"
#include "halftone/tensor.h"
#include "report/result_envelope.h"

namespace halftone {

/// What a model is fed while it is timed.
struct BenchmarkInputs {
  NamedTensors tensors;
  DataFacts data;  ///< the samples in the batch
};

/// A batch of real samples from the configuration's evaluation data, else its calibration data, else random ones.
/// Throws invalid_argument for a batch below 1, invalid_data when samples of different shapes cannot be stacked.
BenchmarkInputs benchmark_inputs(const Config& config, const std::vector<TensorSignature>& inputs, int batch);

/// The first `rows` rows of items that follow each other, stacked along the first axis; items are repeated from the
/// first one when there are too few. Throws invalid_data as above. Items must not be empty.
NamedTensors stack_rows(const std::vector<DataItem>& items, std::size_t rows);

}  // namespace halftone

#pragma once

#include <cstddef>
#include <optional>

#include "halftone/data.h"
#include "halftone/evaluation.h"
#include "halftone/tensor.h"

namespace halftone {

/// The tensors that metrics of targets see of one sample: without the axis that counts samples.
struct SampleTensors {
  NamedTensors outputs;          ///< those whose samples can be told apart
  std::optional<Tensor> target;  ///< the class, where the data have no other truth
};
SampleTensors tensors_of_sample(const NamedTensors& outputs, const DataItem& item, std::size_t sample,
                                std::size_t samples);

/// Throws invalid_data where the item lacks the truth that the metric needs, invalid_argument where the float model's
/// outputs are to be the truth of a metric that only given targets have.
void require_truth(const Metric& metric, const DataItem& item, bool labels_from_float);

}  // namespace halftone

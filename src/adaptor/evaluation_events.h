#pragma once

#include <cstdint>

#include "evaluation/event_file.h"
#include "halftone/adaptor.h"

namespace halftone {

/// Statistics as TensorBoard shows them, in 64 buckets at the most. Sums are those of the middles of the bins.
EventHistogram event_histogram(const TensorStatistics& statistics);

/// Writes what an evaluation found into a folder that TensorBoard opens: `metrics/NAME`, the value over the samples so
/// far (at the most 1,000 steps, those left out where it is not defined yet; the last one is the metric),
/// `activations/TENSOR` over all samples, which are run once more for it, and `weights/TENSOR`. Steps count samples;
/// histograms have step 0.
void write_events(const Adaptor& adaptor, const Model& model, const DataLoader& data, const EvaluateOptions& options,
                  const Measurement& measurement);

}  // namespace halftone

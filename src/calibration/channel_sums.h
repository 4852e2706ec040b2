#pragma once

#include "halftone/calibration.h"
#include "halftone/tensor.h"

namespace halftone {

/// Adds a part; both must have the same channels, or one none. Throws invalid_data otherwise.
void add(ChannelSums& sums, const ChannelSums& part);

/// Sums of one sample. `axis` holds the channels; negative counts from the end. Where a sum is beyond all range (NaN
/// and infinities included), the sums are marked as such. Throws invalid_data when the tensor has no such axis.
ChannelSums sum_channels(const Tensor& value, int axis);

/// Mean of each channel; empty where there are none, or a sum was beyond all range.
std::vector<double> means_of(const ChannelSums& sums);

}  // namespace halftone

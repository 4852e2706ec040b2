#pragma once

#include <cstdint>
#include <vector>

#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone {

/// Sums of one tensor before and after quantization, channel by channel. Kept in integers (the values in units of
/// scale / 65,536, rounded once a sample), so that the order of samples changes no bit.
struct ChannelSums {
  std::vector<std::int64_t> values;
  std::vector<std::int64_t> quantized;  ///< of q - zero_point
  std::uint64_t count = 0;              ///< values a channel
  friend bool operator==(const ChannelSums&, const ChannelSums&) = default;
};

/// Adds a part; both must have the same channels, or one none.
void add(ChannelSums& sums, const ChannelSums& part);

/// Sums of one sample. `axis` holds the channels; negative counts from the end. `params` are per tensor.
/// Throws invalid_data when the tensor has no such axis or holds NaN or infinities.
ChannelSums sum_channels(const Tensor& value, int axis, const QuantParams& params);

/// Mean of each channel as it is, and after quantization.
struct ChannelMeans {
  std::vector<double> values;
  std::vector<double> quantized;
};
ChannelMeans means_of(const ChannelSums& sums, const QuantParams& params);

}  // namespace halftone

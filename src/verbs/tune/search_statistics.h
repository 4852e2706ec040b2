#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/tuning.h"
#include "verbs/quantization_setup.h"

namespace halftone {

/// Tensors that any configuration of the space may need statistics of: what units that can be quantized statically
/// read and give. One calibration then serves every trial.
std::vector<std::string> tensors_of_search(const QuantizationSetup& setup);

/// Calibrates for a whole search, or takes the statistics of `file` where they are of this model and these data and
/// hold all of that; new ones are kept there. Nothing is done where nothing is observed.
GatheredStatistics gather_for_search(const QuantizationSetup& setup, const TuneConfig& initial, const DataLoader& data,
                                     const std::filesystem::path& file, int threads);

}  // namespace halftone

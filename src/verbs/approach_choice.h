#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone {

/// A quantized model among others of which the closest to float is wanted.
struct Rival {
  std::string approach;
  const Model* model = nullptr;
};

/// How close the rivals' outputs are to those of the float model.
struct RivalScores {
  std::vector<double> sqnr_db;  ///< of each rival, the mean over samples and outputs, no sample counting above 100 dB
  std::size_t samples = 0;
  /// The rival that is closest; the earlier one of equals.
  std::size_t closest() const;
};

/// Runs the float model and all rivals on every item. All have the same inputs and outputs.
RivalScores compare_rivals(const Adaptor& adaptor, const Model& in_float, const std::vector<Rival>& rivals,
                           const DataLoader& data, int threads);

}  // namespace halftone

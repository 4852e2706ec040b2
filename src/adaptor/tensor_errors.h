#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone {

/// How far a tensor of one model is from the same tensor of another, over all samples.
struct TensorError {
  std::string tensor;
  std::uint64_t values = 0;    ///< compared
  std::uint64_t left_out = 0;  ///< of samples where either holds NaN or infinities, or both have other shapes
  double signal = 0;           ///< sum of the squares of the reference
  double noise = 0;            ///< sum of the squares of the differences
  Range reference_range, range;

  /// Noise over signal; 0 where nothing was compared, infinite for noise where there is no signal.
  double noise_to_signal() const;
  double sqnr_db() const;  ///< infinite where there is no noise
  double mse() const;
};

/// One side of a comparison: a model, and its own names of the inputs (in the order of the items).
struct ObservedModel {
  const Adaptor& adaptor;
  const Model& model;
  std::vector<std::string> inputs;
};

/// Runs both models on every item and compares the tensors of those names wherever both are fp32. The sums are formed
/// in the order of the items, so that the number of threads changes no bit.
std::vector<TensorError> compare_tensors(const ObservedModel& reference, const ObservedModel& other,
                                         const std::vector<std::string>& tensors, const DataLoader& data, int threads,
                                         Progress& progress);

}  // namespace halftone

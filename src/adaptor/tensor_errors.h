#pragma once

#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/diagnosis.h"

namespace halftone {

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

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// Which arrays of an archive are inputs, and which holds the labels.
struct ArrayChoice {
  std::vector<std::string> inputs;    ///< in this order; empty: all but the labels
  std::optional<std::string> labels;  ///< must be there; nullopt: "label", where there is one
};

/// Options `inputs` and `labels` of the npz kinds.
ArrayChoice array_choice(const DataSpec& spec);

/// An archive's arrays as one item. `where` stands for the archive in messages. Throws invalid_data: an array that is
/// missing (listing those there are), no input at all, labels that are not whole numbers or not one a sample.
DataItem item_of_arrays(const NamedTensors& arrays, const ArrayChoice& choice, std::string id,
                        const std::string& where);

/// Samples by the first axis of all arrays, scalars aside; throws invalid_data when they disagree.
std::size_t samples_along_first_axis(const NamedTensors& arrays);

}  // namespace halftone

#pragma once

#include <optional>
#include <string>
#include <utility>
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

/// Where the chosen arrays stand among those of an archive.
struct ChosenArrays {
  std::vector<std::size_t> inputs;
  std::optional<std::size_t> labels;
};
/// Throws invalid_data: an array that is missing (listing those there are), no input at all.
ChosenArrays choose_arrays(const std::vector<std::string>& names, const ArrayChoice& choice, const std::string& where);

/// Labels, one for each of so many samples. Throws invalid_data where they are not that, or no whole numbers.
std::vector<std::int64_t> labels_of_samples(const NamedTensor& labels, std::size_t samples, const std::string& where);

/// An archive's arrays as one item. `where` stands for the archive in messages. Throws invalid_data as the two above
/// do.
DataItem item_of_arrays(const NamedTensors& arrays, const ArrayChoice& choice, std::string id,
                        const std::string& where);

/// Samples by the first axis of all arrays, scalars aside; throws invalid_data when they disagree.
std::size_t samples_along_first_axis(const std::vector<std::pair<std::string, Shape>>& arrays);

}  // namespace halftone

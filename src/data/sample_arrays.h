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

/// Whether labels of that shape are one value for each of so many samples, as classes are. Throws invalid_data where
/// the first axis does not count the samples.
bool are_one_a_sample(const std::string& name, const Shape& shape, std::size_t samples, const std::string& where);

/// Whole numbers as classes; none for values of another type, which are truth as well, but no classes. Throws
/// invalid_data for a number beyond 64 bits with a sign.
std::vector<std::int64_t> classes_of(const Tensor& labels, const std::string& where);

/// An archive's arrays as one item. `where` stands for the archive in messages. Throws invalid_data as the two above
/// do.
DataItem item_of_arrays(const NamedTensors& arrays, const ArrayChoice& choice, std::string id,
                        const std::string& where);

/// Samples by the first axis of all arrays, scalars aside; throws invalid_data when they disagree.
std::size_t samples_along_first_axis(const std::vector<std::pair<std::string, Shape>>& arrays);

}  // namespace halftone

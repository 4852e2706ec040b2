#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/data.h"

namespace halftone {

/// One input, or the truth, as the data have it, over all items looked at.
struct InputDescription {
  std::string name;
  DType dtype = DType::f32;  ///< of the first item
  Shape shape;               ///< of the first item; -1 where items differ; {} where their ranks do
  std::uint64_t count = 0;   ///< finite values; the four numbers below are of them, and 0 where there are none
  double min = 0;
  double max = 0;
  double mean = 0;
  double deviation = 0;  ///< standard deviation of the population
  std::uint64_t nan_count = 0;
  std::uint64_t infinite_count = 0;
  bool whole_numbers = true;  ///< all finite values are
};

/// What a model would be fed.
struct DataDescription {
  std::size_t items = 0;
  std::vector<InputDescription> inputs;
  std::map<std::int64_t, std::uint64_t> labels;  ///< samples of each class
  std::optional<InputDescription> target;        ///< truth that is no class, named "label"
  std::vector<std::string> mismatches;           ///< why items do not fit the model, each text once
  std::vector<std::string> warnings;             ///< what looks wrong although it fits
};

/// Looks at up to `max_items` items, chosen as select_items() does. Items that do not fit `signatures` are described as
/// the source gives them, and told in mismatches; without signatures nothing is compared. Throws what reading throws,
/// and invalid_data when there is nothing at all.
DataDescription describe_data(std::shared_ptr<const DataSource> source, const std::vector<TensorSignature>& signatures,
                              std::size_t max_items, std::uint64_t seed);

}  // namespace halftone

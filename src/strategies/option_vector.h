#pragma once

#include <cstddef>
#include <vector>

#include "data/split_mix.h"
#include "halftone/tuning.h"
#include "tuning/samplers.h"

namespace halftone {

/// A configuration as one option for each axis of a product, for searches that treat units alike.
using OptionVector = std::vector<std::size_t>;

/// The product of every unit's choices and float, with configurations as vectors of options. The last option of each
/// axis is float.
class OptionSpace {
 public:
  explicit OptionSpace(const StrategyContext& context);
  std::size_t axes() const { return sizes_.size(); }
  std::size_t options(std::size_t axis) const { return sizes_[axis]; }
  bool is_float(std::size_t axis, std::size_t option) const { return option + 1 == sizes_[axis]; }
  TuneConfig config(const OptionVector& options) const { return sampler_.at(options); }
  OptionVector vector_of(const TuneConfig& config) const;
  /// Each axis at random: float with that probability, else one of its choices, all alike.
  OptionVector draw(SplitMix64& random, double float_share) const;
  /// How far two vectors are apart: 1 for each axis where one is float and the other is not, 0.25 where both are
  /// quantized in different ways; over the number of axes.
  double distance(const OptionVector& a, const OptionVector& b) const;

 private:
  const TuningSpace& space_;
  ProductSampler sampler_;
  std::vector<std::size_t> sizes_;
};

/// "12 of 20 units quantized".
std::string quantized_text(const TuningSpace& space, const TuneConfig& config);

}  // namespace halftone

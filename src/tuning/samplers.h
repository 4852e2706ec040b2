#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "halftone/tuning.h"

namespace halftone {

/// Choices that some units take together; no choice is float.
using Assignment = std::vector<std::pair<std::string, std::optional<OpChoice>>>;

/// One thing that varies in a product, and what it may be.
struct Axis {
  std::string name;
  std::vector<Assignment> options;
};

/// What an axis varies in each choice. Bits stay as they are: fewer of them are a stage of their own.
/// One axis for each unit: every choice of the unit's mode in `base`, and float where asked for.
std::vector<Axis> op_wise_axes(const TuningSpace& space, const TuneConfig& base, bool with_float);
/// One axis for each op type (and mode) of the units that `base` quantizes: they change together.
std::vector<Axis> op_type_wise_axes(const TuningSpace& space, const TuneConfig& base);
/// One axis: every combination of scheme, range method and granularity that any unit has. A unit that has not all of
/// them takes the choice that agrees in most.
std::vector<Axis> model_wise_axes(const TuningSpace& space, const TuneConfig& base);
/// One axis for each unit that can be quantized: every choice of every mode, and float.
std::vector<Axis> full_axes(const TuningSpace& space);

/// The Cartesian product of axes, one configuration at a time; the last axis varies fastest.
class ProductSampler {
 public:
  ProductSampler(TuneConfig base, std::vector<Axis> axes);
  /// Number of configurations; 2^64 - 1 where there are more.
  std::uint64_t size() const;
  const std::vector<Axis>& axes() const { return axes_; }
  /// The configuration of those options, one index for each axis.
  TuneConfig at(const std::vector<std::size_t>& options) const;
  /// In order; nullopt after the last.
  std::optional<TuneConfig> next();

 private:
  TuneConfig base_;
  std::vector<Axis> axes_;
  std::vector<std::size_t> digits_;
  bool exhausted_ = false;
};

/// Configurations with units of `order` in float: one at a time, or, accumulated, the first two of them, three, ….
std::vector<TuneConfig> fallback_one_by_one(const TuneConfig& base, const std::vector<std::string>& order);
std::vector<TuneConfig> fallback_accumulated(const TuneConfig& base, const std::vector<std::string>& order);
/// The same by blocks, each block with those before it where accumulated.
std::vector<TuneConfig> fallback_blocks(const TuneConfig& base, const std::vector<std::vector<std::string>>& blocks,
                                        bool accumulate);

/// `base` with every unit of `units` in the choice of fewest bits that its mode has; nullopt where nothing is lower.
std::optional<TuneConfig> with_lower_bits(const TuningSpace& space, const TuneConfig& base,
                                          const std::vector<std::string>& units);
/// `base` with every unit that has a choice of that mode in the first of them; nullopt where nothing differs.
std::optional<TuneConfig> in_mode(const TuningSpace& space, const TuneConfig& base, QuantMode mode);

/// Units that a configuration quantizes, in the order of the graph.
std::vector<std::string> quantized_in(const TuningSpace& space, const TuneConfig& config);

}  // namespace halftone

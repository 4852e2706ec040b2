#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace halftone {

/// What the values of a tensor look like.
enum class Values : std::int64_t {
  normal,   ///< N(0, 1): before an activation
  relu,     ///< the same with negative values at zero, in no order that a processor could foresee
  blocks,   ///< the same, with zeros in runs of some hundred: whole channels that are off
  levels,   ///< sixteen different values: an input that was quantized, a mask
  constant  ///< all the same: a padded batch
};

/// `count` values, always the same.
std::vector<float> make_values(Values kind, std::size_t count);

/// Every kind at sizes from a small activation to one of a large batch.
void every_tensor(benchmark::internal::Benchmark* benchmark);

/// Says what was measured, and how much of it a second.
void report_values(benchmark::State& state, Values kind, std::size_t count);

}  // namespace halftone

#pragma once

#include <string>
#include <vector>

#include "strategies/search.h"
#include "tuning/samplers.h"

namespace halftone {

// Parts that several strategies are made of. Each is a search of its own.

/// What the backend advises, under the user's rules: where nearly every search begins.
Proposal advised(const StrategyContext& context);

/// `base` with every op in the fewest bits, where there are fewer.
Search lower_bits(const TuningSpace& space, TuneConfig base);
/// `base` with every op that can quantized at run time, where that differs.
Search at_run_time(const TuningSpace& space, TuneConfig base);

/// Op type by op type, from float: all products of a type are quantized, and stay so where the target is still met.
/// Convolutions come first, then matrix products, then what else is a product, then all other ops together.
Search quantize_by_type(const TuningSpace& space, const TuneConfig& initial, bool& more_types);

/// `base` with one setting (scheme, range method, granularity) changed for all units, then for the units of one type.
Search vary_settings(const TuningSpace& space, TuneConfig base, std::size_t most);

/// The groups of the recipes in float: all together, or one by one.
Search float_recipes(const TuningSpace& space, TuneConfig base, bool together);

/// The blocks in float, each with those before it.
Search float_blocks(const TuningSpace& space, TuneConfig base);

/// Units in float, one by one from the last up; then accumulated, those whose fallback helped most first.
Search float_units(TuneConfig base, std::vector<std::string> order);

/// Units in float, accumulated in an order, as few as meet the target: doubling, then halving the gap. Assumes that
/// more units in float are more accurate, and tests nothing in between otherwise.
Search fewest_in_float(TuneConfig base, std::vector<std::string> order);

/// Units sorted by a number, highest first; units without one come last, in their own order.
std::vector<std::string> by_number(const std::vector<std::string>& units, const std::map<std::string, double>& numbers);

}  // namespace halftone

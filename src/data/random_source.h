#pragma once

#include <memory>
#include <vector>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// `random[:SEED]`: 256 items of one sample, each a function of seed and index alone. Floats are from N(0, 1) (Box and
/// Muller, 1958), integers uniform in 0 … 9 (4-bit ones 0 … 7), booleans 0 or 1; extents that are not known are 1.
/// Throws configuration: a seed that is no whole number, no signatures; unsupported: an input of unknown rank, of
/// strings, or beyond 4 GiB.
std::unique_ptr<DataSource> open_random(const DataSpec& spec, const std::vector<TensorSignature>& signatures);

}  // namespace halftone

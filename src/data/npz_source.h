#pragma once

#include <memory>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// `npz:FILE`: every index of the arrays' first axis is one sample, a view into the mapped file. Throws invalid_data
/// when arrays disagree on the first axis; those of rank 0 are given whole with every sample.
std::unique_ptr<DataSource> open_npz(const DataSpec& spec);

/// `batches:DIR`: each .npz of a folder is one item, in the order of their names. Throws io, or invalid_data when the
/// folder holds none.
std::unique_ptr<DataSource> open_batches(const DataSpec& spec);

}  // namespace halftone

#pragma once

#include <memory>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// `exec:COMMAND`: a program, run by /bin/sh for each pass, that writes batches to its standard output: 8 bytes with a
/// length (little endian, at most 4 GiB), then an .npz of that length, and so on. Streams only; its items are "0",
/// "1", … A stream throws invalid_data, naming the command: output that ends early or is no npz, an exit status that
/// is not 0.
std::unique_ptr<DataSource> open_exec(const DataSpec& spec);

}  // namespace halftone

#pragma once

#include <memory>
#include <vector>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// `text:FILE`: every record of a file of texts is one sample, named by its line, and tokenized by item(). What inputs
/// are made follows from `signatures`, or is what token_inputs() knows where there are none. Throws configuration, io,
/// unsupported or invalid_data.
std::unique_ptr<DataSource> open_text(const DataSpec& spec, const std::vector<TensorSignature>& signatures);

}  // namespace halftone

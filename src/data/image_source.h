#pragma once

#include <memory>

#include "data/data_spec.h"
#include "halftone/data.h"

namespace halftone {

/// `images:DIR`: every image is one item of one sample, its input without a name. Throws configuration, io or
/// invalid_data; images are read by item() alone.
std::unique_ptr<DataSource> open_images(const DataSpec& spec);

}  // namespace halftone

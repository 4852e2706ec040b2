#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "halftone/data.h"

namespace halftone {

/// Writes a PNG contact sheet, four in a row, of the first 16 images among the items that select_items() chooses first:
/// samples of an input of rank 4 with 1 or 3 channels (NCHW, else NHWC) and sides of at least 4, as the model gets
/// them, the channels taken as red, green, blue in their order. Each is stretched from its smallest to its largest
/// value, and reduced where a side is beyond 256. False, and no file, when nothing is such an image. Throws io.
bool save_preview(std::shared_ptr<const DataSource> source, std::uint64_t seed, const std::filesystem::path& path);

}  // namespace halftone

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace halftone {

/// An image file that has not been read.
struct ImageFile {
  std::string id;  ///< path below the folder of images, with '/'
  std::filesystem::path path;
  std::uintmax_t bytes = 0;
  std::optional<std::int64_t> label;
};

/// The .jpg, .jpeg and .png files directly in a folder (letters of either case), sorted by name.
/// Throws io when it cannot be listed, invalid_data when it holds no image.
std::vector<ImageFile> list_images(const std::filesystem::path& folder);

/// Those below the sub-folders at any depth, sorted by id; the label is the index of the sub-folder among all of them,
/// sorted by name (hidden ones left out). Throws as list_images(), and invalid_data for images beside the sub-folders.
std::vector<ImageFile> list_image_classes(const std::filesystem::path& folder);

/// Gives labels from a CSV table: file name, whole number, columns that do not matter; the first line may be a header;
/// fields may be quoted (RFC 4180, on one line). Throws io, and invalid_data: a line that is no such row or names a
/// file twice, a file that is not there, an image without label (the first of them, and how many).
void assign_labels(std::vector<ImageFile>& files, const std::filesystem::path& table);

}  // namespace halftone

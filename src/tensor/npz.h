#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// Arrays of a NumPy .npz archive (stored or deflated) held in memory or mapped. Stored arrays of native byte order
/// are views into the mapping. Formats: NEP 1 (npy), PKWARE APPNOTE 6.3 (zip, with zip64).
/// Throws invalid_data naming file and array: truncated, wrong CRC, object dtype (pickle), Fortran order is converted,
/// big-endian is converted, a header or archive that lies about sizes.
NamedTensors load_npz(const std::filesystem::path& path);
/// The same from bytes kept alive by `owner`; `name` stands for the file in messages.
NamedTensors parse_npz(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name);
/// Writes stored (uncompressed), with fixed time stamps: the same arrays give the same bytes.
void save_npz(const std::filesystem::path& path, const NamedTensors& arrays);

/// One .npy array.
Tensor load_npy(const std::filesystem::path& path);
Tensor parse_npy(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name);

}  // namespace halftone

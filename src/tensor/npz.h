#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/file.h"
#include "halftone/tensor.h"
#include "tensor/npy_header.h"
#include "tensor/zip_writer.h"

namespace halftone {

/// An array of an archive, of which rows are read when they are asked for. Those of plain arrays stay in the file until
/// then, and do not stay in memory afterwards; compressed, big-endian and Fortran-ordered arrays and texts are held
/// whole.
class NpzArray {
 public:
  const std::string& name() const { return name_; }
  const Shape& shape() const { return header_.shape; }
  /// Rows [first, first + count) of the first axis, which has to be there.
  Tensor rows(std::int64_t first, std::int64_t count) const;
  /// The whole array.
  Tensor read() const;

 private:
  friend std::vector<NpzArray> open_npz(const std::filesystem::path& path);
  std::string name_, what_;
  NpyHeader header_;
  std::shared_ptr<const MappedFile> file_;
  std::string_view content_;     ///< of the array's elements in the file
  std::optional<Tensor> whole_;  ///< where it is held
};

/// The arrays of an archive file, checked as load_npz() does, aside from elements that are no bool: those are found
/// when they are read.
std::vector<NpzArray> open_npz(const std::filesystem::path& path);

/// Arrays of a NumPy .npz archive (stored or deflated) held in memory or mapped. Stored arrays of native byte order
/// are views into the mapping. Formats: NEP 1 (npy), PKWARE APPNOTE 6.3 (zip, with zip64).
/// Throws invalid_data naming file and array: truncated, wrong CRC, object dtype (pickle), Fortran order is converted,
/// big-endian is converted, a header or archive that lies about sizes.
NamedTensors load_npz(const std::filesystem::path& path);
/// The same from bytes kept alive by `owner`; `name` stands for the file in messages.
NamedTensors parse_npz(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name);
/// Writes an archive array by array, stored (uncompressed) and with fixed time stamps: the same arrays give the same
/// bytes. Nothing is there before commit().
class NpzWriter {
 public:
  explicit NpzWriter(const std::filesystem::path& path);
  /// Throws invalid_argument for a name that is there already, unsupported for types that NumPy does not have.
  void add(const std::string& name, const Tensor& value);
  void commit();

 private:
  std::filesystem::path path_;
  OutputFile file_;
  ZipWriter archive_;
  std::unordered_set<std::string> names_;
};
/// Writes all at once through NpzWriter.
void save_npz(const std::filesystem::path& path, const NamedTensors& arrays);

/// One .npy array.
Tensor load_npy(const std::filesystem::path& path);
Tensor parse_npy(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name);

}  // namespace halftone

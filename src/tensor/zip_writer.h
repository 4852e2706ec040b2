#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace halftone {

/// Writes a zip archive of stored files (PKWARE APPNOTE 6.3, zip64 throughout), dated 1980-01-01. Every file's content
/// begins at a multiple of 64 bytes, so that arrays can be used where they lie in a mapping.
class ZipWriter {
 public:
  explicit ZipWriter(OutputFile& file) : file_(file) {}

  /// Adds a file whose content is the pieces joined. Throws invalid_argument for a name of more than 65,000 bytes, io
  /// when it cannot be written.
  void add(std::string_view name, std::span<const std::string_view> pieces);
  /// Writes the directory. Call once, last.
  void finish();

 private:
  void write(std::string_view bytes);

  OutputFile& file_;
  std::uint64_t offset_ = 0;
  std::uint64_t entries_ = 0;
  std::string directory_;
};

}  // namespace halftone

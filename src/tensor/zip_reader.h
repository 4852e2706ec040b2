#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace halftone {

/// A file of a zip archive, decompressed.
struct ZipMember {
  std::string name;
  std::shared_ptr<const void> owner;  ///< keeps `content` alive
  std::string_view content;
};

/// All files of an archive (PKWARE APPNOTE 6.3, with zip64), in the order of its directory. Stored ones are views of
/// `bytes`, kept alive by `owner`. Throws invalid_data, beginning "NAME: ": not a zip archive, truncated, a wrong CRC,
/// encrypted, compressed by anything but deflate, duplicate names, sizes that the archive cannot hold.
std::vector<ZipMember> read_zip(const std::shared_ptr<const void>& owner, std::string_view bytes,
                                const std::string& name);
/// The same of a whole file, in which nothing that was looked at stays in memory.
std::vector<ZipMember> read_zip(const std::shared_ptr<const MappedFile>& file, const std::string& name);

}  // namespace halftone

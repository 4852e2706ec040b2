#include "tensor/zip_directory.h"

#include <algorithm>
#include <utility>

#include "halftone/error.h"
#include "tensor/little_endian.h"
#include "tensor/zip_format.h"

namespace halftone {
namespace {

constexpr std::string_view kSaveAgain = "the file is damaged or was not written to its end: save it again";

/// Reads fields one after the other and refuses to leave the bytes.
class Fields {
 public:
  Fields(std::string_view bytes, const std::string& name) : rest_(bytes), name_(name) {}

  template <typename T>
  T next() {
    return read_little_endian<T>(take(sizeof(T)), 0);
  }

  std::string_view take(std::size_t bytes) {
    if (bytes > rest_.size()) fail_zip(name_, "the archive's directory is cut short", std::string(kSaveAgain));
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  const std::string& name_;
};

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

/// Where the end record begins: the last place from which its comment reaches exactly to the end of the archive.
std::size_t find_end(std::string_view archive, const std::string& name) {
  constexpr std::size_t kLongestComment = 0xFFFF;
  std::string signature;
  append_little_endian(signature, zip::kEnd);
  const std::size_t least = archive.size() - std::min(archive.size(), zip::kEndBytes + kLongestComment);
  std::size_t at = archive.size() < zip::kEndBytes ? archive.npos : archive.rfind(signature, archive.size() - 22);
  while (at != archive.npos && at >= least) {
    const std::size_t comment = read_little_endian<std::uint16_t>(archive, at + 20);
    if (at + zip::kEndBytes + comment == archive.size()) return at;
    at = at == 0 ? archive.npos : archive.rfind(signature, at - 1);
  }
  fail_zip(name, "not a complete zip archive (it has no end record)",
           archive.starts_with("\x93NUMPY") ? "this is one array (.npy); write an archive with numpy.savez()"
                                            : std::string(kSaveAgain));
}

Directory read_end64(std::string_view archive, std::size_t end, const std::string& name) {
  if (end < zip::kEnd64LocatorBytes) fail_zip(name, "the archive's zip64 record is missing");
  Fields locator(archive.substr(end - zip::kEnd64LocatorBytes, zip::kEnd64LocatorBytes), name);
  if (locator.next<std::uint32_t>() != zip::kEnd64Locator) fail_zip(name, "the archive's zip64 record is missing");
  locator.take(4);
  const auto at = locator.next<std::uint64_t>();
  if (at > end || end - at < zip::kEnd64Bytes) fail_zip(name, "the archive's zip64 record lies outside of it");
  Fields fields(archive.substr(at, zip::kEnd64Bytes), name);
  if (fields.next<std::uint32_t>() != zip::kEnd64) fail_zip(name, "the archive's zip64 record is missing");
  fields.take(28);
  Directory directory;
  directory.entries = fields.next<std::uint64_t>();
  directory.bytes = fields.next<std::uint64_t>();
  directory.offset = fields.next<std::uint64_t>();
  return directory;
}

Directory find_directory(std::string_view archive, const std::string& name) {
  const std::size_t end = find_end(archive, name);
  Fields fields(archive.substr(end), name);
  fields.take(4);
  const auto disk = fields.next<std::uint16_t>();
  const auto directory_disk = fields.next<std::uint16_t>();
  fields.take(2);
  Directory directory;
  directory.entries = fields.next<std::uint16_t>();
  directory.bytes = fields.next<std::uint32_t>();
  directory.offset = fields.next<std::uint32_t>();
  const bool see64 =
      directory.entries == zip::kSee64Short || directory.bytes == zip::kSee64 || directory.offset == zip::kSee64;
  if (see64) directory = read_end64(archive, end, name);
  if (!see64 && (disk != 0 || directory_disk != 0)) fail_zip(name, "an archive in several parts cannot be read");
  const bool inside = directory.offset <= end && directory.bytes <= end - directory.offset;
  if (!inside) fail_zip(name, "the archive's directory lies outside of it", std::string(kSaveAgain));
  if (directory.entries > directory.bytes / zip::kDirectoryEntryBytes) {
    fail_zip(name, "the archive's directory is too small for the files it counts");
  }
  return directory;
}

/// Replaces the fields that say "see the zip64 record" by those of the extra field (APPNOTE 4.5.3).
void resolve_zip64(ZipEntry& entry, std::string_view extra, const std::string& name) {
  Fields fields(extra, name);
  while (!fields.empty()) {
    const auto kind = fields.next<std::uint16_t>();
    const std::size_t size = fields.next<std::uint16_t>();
    Fields values(fields.take(size), name);
    if (kind != zip::kZip64Field) continue;
    for (std::uint64_t* value : {&entry.bytes, &entry.packed_bytes, &entry.header_offset}) {
      if (*value == zip::kSee64) *value = values.next<std::uint64_t>();
    }
    return;
  }
}

ZipEntry read_entry(Fields& fields, const std::string& name) {
  if (fields.next<std::uint32_t>() != zip::kDirectoryEntry) fail_zip(name, "the archive's directory is damaged");
  fields.take(4);
  const auto flags = fields.next<std::uint16_t>();
  ZipEntry entry;
  entry.method = fields.next<std::uint16_t>();
  fields.take(4);
  entry.crc = fields.next<std::uint32_t>();
  entry.packed_bytes = fields.next<std::uint32_t>();
  entry.bytes = fields.next<std::uint32_t>();
  const std::size_t name_bytes = fields.next<std::uint16_t>();
  const std::size_t extra_bytes = fields.next<std::uint16_t>();
  const std::size_t comment_bytes = fields.next<std::uint16_t>();
  fields.take(8);
  entry.header_offset = fields.next<std::uint32_t>();
  entry.name = fields.take(name_bytes);
  resolve_zip64(entry, fields.take(extra_bytes), name);
  fields.take(comment_bytes);
  constexpr unsigned kEncrypted = 1U << 0 | 1U << 6 | 1U << 13;
  if ((flags & kEncrypted) != 0) fail_zip(name, "'" + entry.name + "' is encrypted", "save it without a password");
  return entry;
}

}  // namespace

void fail_zip(const std::string& name, std::string_view problem, std::string hint) {
  throw Error(ErrorCode::invalid_data, name + ": " + std::string(problem), std::move(hint));
}

std::vector<ZipEntry> read_zip_directory(std::string_view archive, const std::string& name) {
  const Directory directory = find_directory(archive, name);
  Fields fields(archive.substr(directory.offset, directory.bytes), name);
  std::vector<ZipEntry> entries;
  entries.reserve(directory.entries);
  for (std::uint64_t i = 0; i < directory.entries; ++i) entries.push_back(read_entry(fields, name));
  if (!fields.empty()) fail_zip(name, "the archive's directory holds more than the files it counts");
  return entries;
}

}  // namespace halftone

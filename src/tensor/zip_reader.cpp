#include "tensor/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <unordered_set>
#include <utility>

#include "tensor/little_endian.h"
#include "tensor/zip_directory.h"
#include "tensor/zip_format.h"

namespace halftone {
namespace {

/// Deflate cannot shrink anything by more than 1032 to 1 (zlib's technical notes); beyond this a size is a lie.
constexpr std::uint64_t kMostExpansion = 1100;

/// The bytes of a member as they lie in the archive.
std::string_view packed_content(std::string_view archive, const ZipEntry& entry, const std::string& name) {
  const std::uint64_t at = entry.header_offset;
  const std::string what = name + ": '" + entry.name + "'";
  if (at > archive.size() || archive.size() - at < zip::kLocalHeaderBytes)
    fail_zip(what, "lies outside of the archive");
  if (read_little_endian<std::uint32_t>(archive, at) != zip::kLocalHeader) fail_zip(what, "has no header");
  const std::size_t name_bytes = read_little_endian<std::uint16_t>(archive, at + 26);
  const std::size_t extra_bytes = read_little_endian<std::uint16_t>(archive, at + 28);
  std::string_view rest = archive.substr(at + zip::kLocalHeaderBytes);
  if (name_bytes + extra_bytes > rest.size()) fail_zip(what, "lies outside of the archive");
  if (rest.substr(0, name_bytes) != entry.name) fail_zip(what, "has another name in its own header");
  rest.remove_prefix(name_bytes + extra_bytes);
  if (entry.packed_bytes > rest.size()) fail_zip(what, "is longer than the archive");
  return rest.substr(0, entry.packed_bytes);
}

/// A raw deflate stream (RFC 1951) and its state.
class Inflater {
 public:
  explicit Inflater(const std::string& what) : what_(what) {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) fail_zip(what_, "cannot be decompressed (zlib does not start)");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `bytes` at `target` from `packed`, whose end must come exactly then.
  void run(std::string_view packed, std::byte* target, std::uint64_t bytes) {
    // zlib counts in 32 bits, and asks for a place to write even when nothing is left to be written.
    constexpr std::uint64_t kPiece = std::uint64_t{1} << 30;
    std::byte nowhere{};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.next_out = reinterpret_cast<Bytef*>(bytes == 0 ? &nowhere : target);
    std::uint64_t unread = packed.size();
    std::uint64_t unwritten = bytes;
    int status = Z_OK;
    while (status == Z_OK) {
      stream_.avail_in = static_cast<uInt>(std::min(unread, kPiece));
      stream_.avail_out = static_cast<uInt>(std::min(unwritten, kPiece));
      unread -= stream_.avail_in;
      unwritten -= stream_.avail_out;
      status = inflate(&stream_, Z_NO_FLUSH);
      unread += stream_.avail_in;
      unwritten += stream_.avail_out;
    }
    if (status != Z_STREAM_END || unread != 0 || unwritten != 0) fail_zip(what_, "does not decompress to its size");
  }

 private:
  const std::string& what_;
  z_stream stream_{};
};

ZipMember unpack(const std::shared_ptr<const void>& owner, std::string_view archive, const ZipEntry& entry,
                 const std::string& name) {
  const std::string what = name + ": '" + entry.name + "'";
  const std::string_view packed = packed_content(archive, entry, name);
  if (entry.method == zip::kStored) {
    if (entry.bytes != entry.packed_bytes) fail_zip(what, "is stored with two different sizes");
    return {entry.name, owner, packed};
  }
  if (entry.method != zip::kDeflated) {
    fail_zip(what, "is compressed by method " + std::to_string(entry.method),
             "write it with numpy.savez() or numpy.savez_compressed()");
  }
  if (entry.bytes / kMostExpansion > entry.packed_bytes) fail_zip(what, "is said to be larger than it can be");
  auto content = std::make_shared_for_overwrite<std::byte[]>(entry.bytes);
  Inflater(what).run(packed, content.get(), entry.bytes);
  const std::string_view text(reinterpret_cast<const char*>(content.get()), entry.bytes);
  return {entry.name, std::move(content), text};
}

uLong checksum(uLong so_far, std::string_view content) {
  return crc32_z(so_far, reinterpret_cast<const Bytef*>(content.data()), content.size());
}

/// `file` is null for bytes in memory.
void require_checksum(const ZipMember& member, std::uint32_t expected, const MappedFile* file,
                      const std::string& name) {
  uLong found = 0;
  if (file != nullptr && file->contains(member.content))
    file->read_once(member.content, [&](std::string_view piece) { found = checksum(found, piece); });
  else
    found = checksum(found, member.content);
  if (found == expected) return;
  fail_zip(name, "'" + member.name + "' does not have the checksum that the archive gives it",
           "the file is damaged: save it again");
}

/// Files that share their bytes would let a small archive unpack to any size.
void require_disjoint(const std::vector<ZipEntry>& entries, std::string_view archive, const std::string& name) {
  std::unordered_set<std::string_view> names;
  std::uint64_t total = 0;
  for (const ZipEntry& entry : entries) {
    if (!names.insert(entry.name).second) fail_zip(name, "'" + entry.name + "' is there twice");
    if (entry.packed_bytes > archive.size() - total) fail_zip(name, "its files are larger than the archive");
    total += entry.packed_bytes;
  }
}

std::vector<ZipMember> read_members(const std::shared_ptr<const void>& owner, std::string_view bytes,
                                    const MappedFile* file, const std::string& name) {
  const std::vector<ZipEntry> entries = read_zip_directory(bytes, name);
  require_disjoint(entries, bytes, name);
  std::vector<ZipMember> members;
  members.reserve(entries.size());
  for (const ZipEntry& entry : entries) {
    members.push_back(unpack(owner, bytes, entry, name));
    require_checksum(members.back(), entry.crc, file, name);
    if (file != nullptr && entry.method != zip::kStored) file->forget(packed_content(bytes, entry, name));
  }
  return members;
}

}  // namespace

std::vector<ZipMember> read_zip(const std::shared_ptr<const void>& owner, std::string_view bytes,
                                const std::string& name) {
  return read_members(owner, bytes, nullptr, name);
}

std::vector<ZipMember> read_zip(const std::shared_ptr<const MappedFile>& file, const std::string& name) {
  return read_members(file, file->text(), file.get(), name);
}

}  // namespace halftone

#include "tensor/zip_writer.h"

#include <zlib.h>

#include "halftone/error.h"
#include "tensor/little_endian.h"
#include "tensor/zip_format.h"

namespace halftone {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kLongestName = 65000;
constexpr std::uint16_t kVersion = 45;           // the first with zip64
constexpr std::uint16_t kFirstDay = 1 << 5 | 1;  // 1980-01-01
/// "Android ZIP alignment": a field that exists to be skipped.
constexpr std::uint16_t kPaddingField = 0xD935;
constexpr std::size_t kFieldHeaderBytes = 4;

template <typename T>
void append(std::string& bytes, T value) {
  append_little_endian(bytes, value);
}

/// The fields that a file's own header and its directory entry share, from the version needed to the sizes.
std::string shared_fields(std::uint32_t crc) {
  std::string fields;
  append(fields, kVersion);
  append(fields, zip::kUtf8Names);
  append(fields, zip::kStored);
  append(fields, std::uint16_t{0});
  append(fields, kFirstDay);
  append(fields, crc);
  append(fields, zip::kSee64);
  append(fields, zip::kSee64);
  return fields;
}

std::string zip64_sizes(std::uint64_t bytes, std::uint16_t more_bytes) {
  std::string field;
  append(field, zip::kZip64Field);
  append(field, static_cast<std::uint16_t>(2 * sizeof(bytes) + more_bytes));
  append(field, bytes);
  append(field, bytes);
  return field;
}

std::string padding_field(std::size_t unpadded_end) {
  const std::size_t least = unpadded_end + kFieldHeaderBytes;
  const std::size_t zeros = (kAlignment - least % kAlignment) % kAlignment;
  std::string field;
  append(field, kPaddingField);
  append(field, static_cast<std::uint16_t>(zeros));
  return field.append(zeros, '\0');
}

}  // namespace

void ZipWriter::write(std::string_view bytes) {
  file_.write(bytes);
  offset_ += bytes.size();
}

void ZipWriter::add(std::string_view name, std::span<const std::string_view> pieces) {
  if (name.size() > kLongestName) {
    throw Error(ErrorCode::invalid_argument, "the name '" + std::string(name.substr(0, 80)) + "…' of " +
                                                 std::to_string(name.size()) + " bytes is too long for an archive");
  }
  std::uint64_t bytes = 0;
  uLong crc = 0;
  for (const std::string_view piece : pieces) {
    bytes += piece.size();
    // zlib takes no data at address null for "begin anew".
    if (!piece.empty()) crc = crc32_z(crc, reinterpret_cast<const Bytef*>(piece.data()), piece.size());
  }
  const std::uint64_t header_offset = offset_;
  const std::string fields = shared_fields(static_cast<std::uint32_t>(crc));
  std::string extra = zip64_sizes(bytes, 0);
  extra += padding_field(header_offset + zip::kLocalHeaderBytes + name.size() + extra.size());
  std::string header;
  append(header, zip::kLocalHeader);
  header += fields;
  append(header, static_cast<std::uint16_t>(name.size()));
  append(header, static_cast<std::uint16_t>(extra.size()));
  header += name;
  write(header + extra);
  for (const std::string_view piece : pieces) write(piece);

  std::string directory_extra = zip64_sizes(bytes, sizeof(header_offset));
  append(directory_extra, header_offset);
  append(directory_, zip::kDirectoryEntry);
  append(directory_, kVersion);
  directory_ += fields;
  append(directory_, static_cast<std::uint16_t>(name.size()));
  append(directory_, static_cast<std::uint16_t>(directory_extra.size()));
  directory_.append(10, '\0');  // comment, disk and attributes
  append(directory_, zip::kSee64);
  directory_ += name;
  directory_ += directory_extra;
  ++entries_;
}

void ZipWriter::finish() {
  const std::uint64_t directory_offset = offset_;
  const std::uint64_t end64_offset = offset_ + directory_.size();
  std::string end;
  append(end, zip::kEnd64);
  append(end, std::uint64_t{zip::kEnd64Bytes - 12});
  append(end, kVersion);
  append(end, kVersion);
  end.append(8, '\0');  // this disk, the directory's disk
  append(end, entries_);
  append(end, entries_);
  append(end, std::uint64_t{directory_.size()});
  append(end, directory_offset);

  append(end, zip::kEnd64Locator);
  end.append(4, '\0');
  append(end, end64_offset);
  append(end, std::uint32_t{1});

  append(end, zip::kEnd);
  end.append(4, '\0');
  append(end, zip::kSee64Short);
  append(end, zip::kSee64Short);
  append(end, zip::kSee64);
  append(end, zip::kSee64);
  end.append(2, '\0');  // no comment
  write(directory_);
  write(end);
}

}  // namespace halftone

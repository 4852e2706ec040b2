#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// What the central directory of a zip archive says of one file.
struct ZipEntry {
  std::string name;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t header_offset = 0;
};

/// The directory, with zip64 fields resolved. Throws invalid_data as read_zip() does.
std::vector<ZipEntry> read_zip_directory(std::string_view archive, const std::string& name);

/// Throws invalid_data with the message "NAME: PROBLEM".
[[noreturn]] void fail_zip(const std::string& name, std::string_view problem, std::string hint = {});

}  // namespace halftone

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halftone {

/// The unsigned integer at `offset`, which the caller has found to be within `bytes`.
template <typename T>
T read_little_endian(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;)
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[offset + i]));
  return value;
}

/// Appends an unsigned integer.
template <typename T>
void append_little_endian(std::string& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(value >> 8 * i & 0xFFU);
}

}  // namespace halftone

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "halftone/tensor.h"

namespace halftone {

/// What the header of an .npy array says (NEP 1, versions 1.0 to 3.0).
struct NpyHeader {
  char kind = 'f';             ///< of the array protocol's type string: b, i, u, f, S or U
  std::size_t item_bytes = 4;  ///< bytes of one element; 4 a character for U
  bool big_endian = false;
  bool fortran_order = false;
  Shape shape;
  std::size_t data_offset = 0;  ///< bytes of the header

  friend bool operator==(const NpyHeader&, const NpyHeader&) = default;
};

/// Throws invalid_data, beginning "NAME: ": not an .npy array, object or structured types, a header that is cut short
/// or not what NumPy writes.
NpyHeader parse_npy_header(std::string_view bytes, const std::string& name);

/// Header (version 1.0) of a C-ordered little-endian array; its length is a multiple of 64.
std::string write_npy_header(const NpyHeader& header);

/// The first bytes of every .npy array.
constexpr std::string_view kNpyMagic = "\x93NUMPY";

/// Throws invalid_data with the message "NAME: PROBLEM".
[[noreturn]] void fail_npy(const std::string& name, std::string_view problem, std::string hint = {});

}  // namespace halftone

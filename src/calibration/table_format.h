#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "halftone/calibration.h"

namespace halftone {

/// The bytes of a table file, all numbers little-endian, strings after their length in 32 bits:
///
///   "HTCALIB\0" · version (32 bits) · samples (64) · model_sha256 · data_sha256 · tensors (64)
///   for each tensor, by name: name · count, nan, inf (64 each) · min, max (floats)
///                             bins (32) · where there are bins: exponent (32, signed) · first (64, signed) · counts
///   SHA-256 of all that comes before, as 64 hexadecimal digits
///
/// A count takes as many bytes as it has groups of 7 bits, lowest first; all but the last have their top bit set.
std::string encode_table(const CalibrationTable& table);

/// Throws invalid_data for anything that encode_table() cannot have written.
CalibrationTable decode_table(std::string_view bytes);

}  // namespace halftone

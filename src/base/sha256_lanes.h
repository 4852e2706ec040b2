#pragma once

#include <cstddef>

#include "base/sha256.h"

namespace halftone {

/// Hashes some of the first of `parts` neighbouring parts of `part_bytes` (a multiple of 64) side by side, one in each
/// lane of a vector, and adds their SHA-256s to `hashes` in order. Returns how many; 0 where the processor hashes
/// faster one after the other, or there are fewer parts than lanes.
/// Source of the algorithm: FIPS 180-4, section 6.2.
std::size_t sha256_lanes(const void* data, std::size_t part_bytes, std::size_t parts, Sha256& hashes);

}  // namespace halftone

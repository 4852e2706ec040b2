#pragma once

#include <cstdint>
#include <string_view>

namespace halftone {

/// CRC-32C: G. Castagnoli, S. Bräuer, M. Herrmann, "Optimization of cyclic redundancy-check codes with 24 and 32 parity
/// bits", IEEE Transactions on Communications 41 (1993); parameters as in RFC 3720, appendix B.4.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace halftone

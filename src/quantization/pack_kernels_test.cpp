#include "quantization/pack_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

std::vector<std::uint8_t> bytes_of(std::size_t count) {
  std::mt19937 generator(7);
  std::uniform_int_distribution<int> any(0, 255);
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(any(generator));
  return bytes;
}

// Value by value.
std::vector<std::uint8_t> packed_slowly(const std::vector<std::uint8_t>& values, std::size_t rows, std::size_t columns,
                                        const QuantLimits& limits, std::size_t stride) {
  std::vector<std::uint8_t> packed(columns * stride, 0xEE);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < rows; r += 2) {
      const int low = std::clamp<int>(values[r * columns + c], limits.low, limits.high);
      const int high = std::clamp<int>(values[(r + 1) * columns + c], limits.low, limits.high);
      packed[c * stride + r / 2] = static_cast<std::uint8_t>(low + 16 * high);
    }
  }
  return packed;
}

TEST(PackColumns, GivesWhatOneValueAfterTheOtherGives) {
  for (const std::size_t rows : {2U, 30U, 32U, 64U, 128U}) {
    for (const std::size_t columns : {1U, 15U, 16U, 33U, 100U}) {
      const QuantLimits limits{1, 15};
      const std::size_t stride = rows / 2 + 5;
      const std::vector<std::uint8_t> values = bytes_of(rows * columns);
      on_every_instruction_set([&] {
        std::vector<std::uint8_t> packed(columns * stride, 0xEE);
        pack_columns(values.data(), rows, columns, limits, packed.data(), stride);
        EXPECT_EQ(packed, packed_slowly(values, rows, columns, limits, stride)) << rows << " x " << columns;
      });
    }
  }
}

}  // namespace
}  // namespace halftone

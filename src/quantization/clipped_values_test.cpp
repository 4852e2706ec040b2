#include "quantization/clipped_values.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(ClippedValues, AreThoseBeyondTheTypeByMoreThanRounding) {
  const QuantParams params{DType::s8, {0.5F}, {0}, std::nullopt};
  // -128 * 0.5 = -64 and 127 * 0.5 = 63.5 are the ends; half a step more still rounds to them.
  const std::vector<float> values{-64.25F, -64.3F, 63.75F, 63.8F, 0, 1000};
  EXPECT_EQ(count_clipped(values, {6}, params), 3U);
}

TEST(ClippedValues, AreCountedByTheScaleOfTheirChannel) {
  const QuantParams params{DType::u8, {1, 0.1F}, {0, 128}, 1};
  EXPECT_EQ(count_clipped(std::vector<float>{200, 20, -1, -12}, {2, 2}, params), 2U) << "20 > 12.7 and -1 < 0";
}

TEST(ClippedValues, OfABiasAreThoseThatDoNotFit32Bits) {
  const QuantParams params{DType::s32, {1e-6F}, {0}, std::nullopt};
  EXPECT_EQ(count_clipped(std::vector<float>{2000, 2200, -2200}, {3}, params), 2U);
}

}  // namespace
}  // namespace halftone

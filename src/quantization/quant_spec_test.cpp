#include <gtest/gtest.h>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

struct Case {
  DType dtype;
  Scheme scheme;
  bool reduce_range;
  std::int32_t low;
  std::int32_t high;
};

TEST(QuantLimits, AreThoseOfTheTypeNarrowWhereSymmetricAndOneBitLessWhereReduced) {
  const Case cases[] = {
      {DType::s8, Scheme::asymmetric, false, -128, 127},
      {DType::s8, Scheme::symmetric, false, -127, 127},
      {DType::u8, Scheme::asymmetric, false, 0, 255},
      {DType::u8, Scheme::symmetric, false, 1, 255},
      {DType::s8, Scheme::asymmetric, true, -64, 63},
      {DType::s8, Scheme::symmetric, true, -64, 64},
      {DType::u8, Scheme::asymmetric, true, 0, 127},
      {DType::u8, Scheme::symmetric, true, 1, 127},
      {DType::s16, Scheme::asymmetric, false, -32768, 32767},
      {DType::s16, Scheme::symmetric, false, -32767, 32767},
      {DType::u16, Scheme::asymmetric, false, 0, 65535},
      {DType::u16, Scheme::symmetric, false, 1, 65535},
      {DType::s4, Scheme::asymmetric, false, -8, 7},
      {DType::s4, Scheme::symmetric, false, -7, 7},
      {DType::u4, Scheme::asymmetric, false, 0, 15},
      {DType::u4, Scheme::symmetric, false, 1, 15},
      {DType::s32, Scheme::symmetric, false, -2147483647, 2147483647},
      {DType::s32, Scheme::asymmetric, false, -2147483647 - 1, 2147483647},
  };
  for (const Case& c : cases) {
    const QuantLimits limits = quant_limits({.dtype = c.dtype, .scheme = c.scheme, .reduce_range = c.reduce_range});
    EXPECT_EQ(limits.low, c.low) << to_string(c.dtype) << ' ' << to_string(c.scheme) << ' ' << c.reduce_range;
    EXPECT_EQ(limits.high, c.high) << to_string(c.dtype) << ' ' << to_string(c.scheme) << ' ' << c.reduce_range;
  }
}

TEST(QuantLimits, OfReducedTypesKeepPairsOfProductsWithinSixteenBits) {
  const QuantLimits weight = quant_limits({.dtype = DType::s8, .scheme = Scheme::symmetric, .reduce_range = true});
  EXPECT_LE(2 * 255 * weight.high, 32767);
  EXPECT_GE(2 * 255 * weight.low, -32768);
  const QuantLimits activation = quant_limits({.dtype = DType::u8, .reduce_range = true});
  EXPECT_LE(2 * activation.high * 127, 32767);
}

TEST(QuantLimits, OfTypesThatAreNotIntegersAreAnError) {
  for (const DType dtype : {DType::f32, DType::bf16, DType::boolean, DType::string, DType::s64}) {
    try {
      quant_limits({.dtype = dtype});
      FAIL() << to_string(dtype);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
  }
}

TEST(QuantWords, AreSpelledAsInConfigurationFiles) {
  EXPECT_EQ(to_string(Scheme::symmetric), "symmetric");
  EXPECT_EQ(to_string(Scheme::asymmetric), "asymmetric");
  EXPECT_EQ(to_string(Granularity::per_tensor), "per_tensor");
  EXPECT_EQ(to_string(Granularity::per_channel), "per_channel");
  EXPECT_EQ(to_string(Granularity::per_group), "per_group");
  EXPECT_EQ(to_string(RangeMethod::minmax), "minmax");
  EXPECT_EQ(to_string(RangeMethod::percentile), "percentile");
  EXPECT_EQ(to_string(RangeMethod::kl), "kl");
  EXPECT_EQ(to_string(RangeMethod::mse), "mse");
  EXPECT_EQ(to_string(QuantMode::static_), "static");
  EXPECT_EQ(to_string(QuantMode::dynamic), "dynamic");
  EXPECT_EQ(to_string(QuantMode::weight_only), "weight_only");
  EXPECT_EQ(to_string(QuantMode::qat), "qat");
  EXPECT_EQ(to_string(QuantFormat::qdq), "qdq");
  EXPECT_EQ(to_string(QuantFormat::qlinear), "qlinear");
  EXPECT_EQ(to_string(QuantFormat::integer), "integer");
}

}  // namespace
}  // namespace halftone

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

constexpr QuantSpec kU8{.dtype = DType::u8, .scheme = Scheme::asymmetric};
constexpr QuantSpec kS8{.dtype = DType::s8, .scheme = Scheme::asymmetric};
constexpr QuantSpec kS8Symmetric{.dtype = DType::s8, .scheme = Scheme::symmetric};
constexpr QuantSpec kU8Symmetric{.dtype = DType::u8, .scheme = Scheme::symmetric};

void expect_params(const Range& range, const QuantSpec& spec, float scale, std::int32_t zero_point) {
  const QuantParams params = params_from_range(range, spec);
  EXPECT_EQ(params.dtype, spec.dtype);
  ASSERT_EQ(params.scale.size(), 1U);
  ASSERT_EQ(params.zero_point.size(), 1U);
  EXPECT_EQ(params.scale[0], scale);
  EXPECT_EQ(params.zero_point[0], zero_point);
  EXPECT_FALSE(params.axis);
}

TEST(ParamsFromRange, DivideAnAsymmetricRangeIntoAllLevels) {
  expect_params({-1, 3}, kU8, 4.0F / 255, 64);  // 1 / (4 / 255) = 63.75
  expect_params({-1, 3}, kS8, 4.0F / 255, -64);
  expect_params({0, 2.55F}, kU8, static_cast<float>(double{2.55F} / 255), 0);
}

TEST(ParamsFromRange, TakeTheLargerSideOfASymmetricRange) {
  expect_params({-1, 2.54F}, kS8Symmetric, static_cast<float>(double{2.54F} / 127), 0);
  expect_params({-2.54F, 1}, kS8Symmetric, static_cast<float>(double{2.54F} / 127), 0);
  expect_params({-2.54F, 1}, kU8Symmetric, static_cast<float>(double{2.54F} / 127), 128);
  expect_params({-6.4F, 1}, {.dtype = DType::s8, .scheme = Scheme::symmetric, .reduce_range = true},
                static_cast<float>(double{6.4F} / 64), 0);
}

TEST(ParamsFromRange, WidenTheRangeToContainZero) {
  expect_params({2, 5.1F}, kU8, static_cast<float>(double{5.1F} / 255), 0);
  expect_params({-5.1F, -2}, kU8, static_cast<float>(double{5.1F} / 255), 255);
  expect_params({-5.1F, -2}, kS8, static_cast<float>(double{5.1F} / 255), 127);
}

TEST(ParamsFromRange, GiveScaleOneForNoWidth) {
  expect_params({0, 0}, kU8, 1, 0);
  expect_params({0, 0}, kS8, 1, 0);
  expect_params({0, 0}, kS8Symmetric, 1, 0);
  expect_params({0, 0}, kU8Symmetric, 1, 128);
}

TEST(ParamsFromRange, StayFiniteAndNormalAtTheLimitsOfFloat) {
  for (const QuantSpec& spec : {kU8, kS8, kS8Symmetric, kU8Symmetric}) {
    EXPECT_TRUE(std::isnormal(params_from_range({-FLT_MAX, FLT_MAX}, spec).scale[0]));
    const QuantParams tiny = params_from_range({-1e-45F, 1e-45F}, spec);
    EXPECT_EQ(tiny.scale[0], FLT_MIN);
    EXPECT_GE(tiny.zero_point[0], quant_limits(spec).low);
    EXPECT_LE(tiny.zero_point[0], quant_limits(spec).high);
  }
}

TEST(ParamsFromRange, CoverTheRangeToHalfALevel) {
  for (const DType dtype : {DType::u8, DType::s8, DType::u16, DType::s16, DType::u4, DType::s4}) {
    for (const Scheme scheme : {Scheme::asymmetric, Scheme::symmetric}) {
      const QuantSpec spec{.dtype = dtype, .scheme = scheme};
      const QuantLimits limits = quant_limits(spec);
      for (const Range range : {Range{-0.3F, 7}, Range{-7, 0.3F}, Range{-1, 1}, Range{0, 6}}) {
        const QuantParams params = params_from_range(range, spec);
        const double scale = params.scale[0];
        EXPECT_LE(scale * (limits.low - params.zero_point[0]), range.low + scale * 0.51);
        EXPECT_GE(scale * (limits.high - params.zero_point[0]), range.high - scale * 0.51);
      }
    }
  }
}

TEST(ParamsFromRange, RefuseWhatIsNoRange) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  for (const Range range : {Range{nan, 1}, Range{0, nan}, Range{-inf, 1}, Range{0, inf}, Range{2, 1}}) {
    try {
      params_from_range(range, kU8);
      FAIL() << range.low << ' ' << range.high;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    }
  }
}

}  // namespace
}  // namespace halftone

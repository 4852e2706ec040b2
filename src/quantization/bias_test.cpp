#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

QuantParams per_channel(std::vector<float> scale) {
  const std::size_t channels = scale.size();
  return {DType::s8, std::move(scale), std::vector<std::int32_t>(channels, 0), 0};
}

ErrorCode code_of(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::internal;
}

TEST(QuantizeBias, UsesTheProductOfInputAndWeightScale) {
  const std::vector<float> bias{1, -0.5F, 0.3F};
  const QuantizedBias result = quantize_bias(bias, 0.5F, per_channel({0.25F, 0.125F, 0.5F}));
  EXPECT_EQ(result.params.dtype, DType::s32);
  EXPECT_EQ(result.params.scale, (std::vector<float>{0.125F, 0.0625F, 0.25F}));
  EXPECT_EQ(result.params.zero_point, (std::vector<std::int32_t>{0, 0, 0}));
  EXPECT_EQ(result.params.axis, 0);
  EXPECT_EQ(result.values.shape(), Shape{3});
  const auto values = result.values.values<std::int32_t>();
  EXPECT_EQ(std::vector<std::int32_t>(values.begin(), values.end()), (std::vector<std::int32_t>{8, -8, 1}));
}

TEST(QuantizeBias, HasOneScaleWhereTheWeightHasOne) {
  const std::vector<float> bias{1, -2};
  const QuantizedBias result = quantize_bias(bias, 0.5F, {DType::s8, {0.5F}, {0}, {}});
  EXPECT_EQ(result.params.scale, std::vector<float>{0.25F});
  EXPECT_FALSE(result.params.axis);
  EXPECT_EQ(dequantize(result.values, result.params), bias);
}

TEST(QuantizeBias, RefusesWhatDoesNotFit) {
  const std::vector<float> bias{1};
  EXPECT_EQ(code_of([&] { quantize_bias(bias, 1e-5F, per_channel({1e-10F})); }), ErrorCode::internal);
  EXPECT_EQ(code_of([&] { quantize_bias(bias, 1e-30F, per_channel({1e-20F})); }), ErrorCode::internal);
  EXPECT_EQ(code_of([&] { quantize_bias(bias, 0, per_channel({1})); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { quantize_bias(bias, 1, per_channel({1, 2})); }), ErrorCode::invalid_argument);
  const std::vector<float> nan{std::numeric_limits<float>::quiet_NaN()};
  EXPECT_EQ(code_of([&] { quantize_bias(nan, 1, per_channel({1})); }), ErrorCode::invalid_data);
}

TEST(GuardWeightScale, LeavesScalesThatServe) {
  QuantParams weight = per_channel({0.01F, 0.02F});
  const QuantParams before = weight;
  EXPECT_EQ(guard_weight_scale(weight, std::vector<float>{1, -5}, 0.1F), 0);
  EXPECT_EQ(weight, before);
}

TEST(GuardWeightScale, LiftsVanishingChannelsUntilTheBiasTakesHalfOfItsRange) {
  QuantParams weight = per_channel({0.01F, 1e-12F, 1e-38F});
  const std::vector<float> bias{1, 0.7F, -3};
  EXPECT_EQ(guard_weight_scale(weight, bias, 0.02F), 2);
  EXPECT_EQ(weight.scale[0], 0.01F);
  const auto values = quantize_bias(bias, 0.02F, weight).values;
  for (const std::size_t c : {1U, 2U}) {
    const double quantized = std::abs(static_cast<double>(values.values<std::int32_t>()[c]));
    EXPECT_LE(quantized, 1 << 30);
    EXPECT_GE(quantized, (1 << 30) * 0.999999);  // not lifted further than needed
  }
}

TEST(GuardWeightScale, KeepsTheProductNormalEvenWithoutABias) {
  QuantParams weight = per_channel({1e-25F, 1});
  EXPECT_EQ(guard_weight_scale(weight, {}, 1e-20F), 1);
  EXPECT_TRUE(std::isnormal(weight.scale[0] * 1e-20F));
  EXPECT_LT(weight.scale[0] * 1e-20F, 1.001F * FLT_MIN);
}

TEST(GuardWeightScale, ServesAllValuesThatShareAScale) {
  QuantParams weight{DType::s8, {1e-15F}, {0}, {}};
  const std::vector<float> bias{0.1F, -20, 3};
  EXPECT_EQ(guard_weight_scale(weight, bias, 0.5F), 1);
  EXPECT_GE(quantize_bias(bias, 0.5F, weight).values.values<std::int32_t>()[1], -(1 << 30));
}

TEST(GuardWeightScale, RefusesWhatNoScaleCanServe) {
  QuantParams weight = per_channel({1});
  EXPECT_EQ(code_of([&] { guard_weight_scale(weight, std::vector<float>{3e38F}, FLT_MIN); }), ErrorCode::invalid_data);
  QuantParams large = per_channel({1e30F});
  EXPECT_EQ(code_of([&] { guard_weight_scale(large, {}, 1e30F); }), ErrorCode::invalid_data);
}

}  // namespace
}  // namespace halftone

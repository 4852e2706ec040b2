#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

constexpr QuantSpec kPerTensor{.dtype = DType::s8, .scheme = Scheme::symmetric};
constexpr QuantSpec kPerChannel{
    .dtype = DType::s8, .scheme = Scheme::symmetric, .granularity = Granularity::per_channel};

void expect_error(ErrorCode code, std::span<const float> values, const Shape& shape, std::optional<int> axis,
                  const QuantSpec& spec) {
  try {
    params_from_weight(values, shape, axis, spec);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
  }
}

TEST(ParamsFromWeight, TakeTheExtremesOfTheTensor) {
  const std::vector<float> values{0.5F, -1.27F, 1, 0};
  const QuantParams params = params_from_weight(values, {2, 2}, 0, kPerTensor);
  EXPECT_EQ(params.scale, std::vector<float>{static_cast<float>(double{1.27F} / 127)});
  EXPECT_EQ(params.zero_point, std::vector<std::int32_t>{0});
  EXPECT_FALSE(params.axis);
}

TEST(ParamsFromWeight, TakeTheExtremesOfEachIndexOfAnyAxis) {
  const Shape shape{3, 5, 4, 2};
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  std::vector<float> values(120);
  for (float& value : values) value = normal(random);
  const std::size_t strides[] = {40, 8, 2, 1};
  for (int axis = 0; axis < 4; ++axis) {
    const QuantParams params = params_from_weight(values, shape, axis, kPerChannel);
    const auto extent = static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]);
    std::vector<float> extreme(extent, 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      float& of_channel = extreme[i / strides[axis] % extent];
      of_channel = std::max(of_channel, std::abs(values[i]));
    }
    ASSERT_EQ(params.scale.size(), extent);
    ASSERT_EQ(params.axis, axis);
    for (std::size_t c = 0; c < extent; ++c) EXPECT_EQ(params.scale[c], static_cast<float>(double{extreme[c]} / 127));
    EXPECT_EQ(params, params_from_weight(values, shape, axis - 4, kPerChannel));
  }
}

TEST(ParamsFromWeight, GiveChannelsOfZerosTheLargestScaleOfTheOthers) {
  const std::vector<float> values{0, -0.0F, 1, 2, 0, 0, 0, 5};
  EXPECT_EQ(params_from_weight(values, {4, 2}, 0, kPerChannel).scale,
            (std::vector<float>{5.0F / 127, 2.0F / 127, 5.0F / 127, 5.0F / 127}));
  const std::vector<float> zeros(6, 0.0F);
  EXPECT_EQ(params_from_weight(zeros, {2, 3}, 1, kPerChannel).scale, (std::vector<float>{1, 1, 1}));
  EXPECT_EQ(params_from_weight(zeros, {2, 3}, {}, kPerTensor).scale, std::vector<float>{1});
}

TEST(ParamsFromWeight, GiveZeroPointsWhereAsymmetric) {
  const std::vector<float> values{0, 2.55F, -2.55F, 0};
  const QuantSpec spec{.dtype = DType::u8, .granularity = Granularity::per_channel};
  EXPECT_EQ(params_from_weight(values, {2, 2}, 0, spec).zero_point, (std::vector<std::int32_t>{0, 255}));
}

TEST(ParamsFromWeight, AcceptAWeightWithoutValues) {
  EXPECT_EQ(params_from_weight({}, {0, 3}, 1, kPerChannel).scale, (std::vector<float>{1, 1, 1}));
  EXPECT_TRUE(params_from_weight({}, {0, 3}, 0, kPerChannel).scale.empty());
}

TEST(ParamsFromWeight, RefuseValuesThatAreNotFinite) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::vector<float> values{1, bad, 3, 4};
    expect_error(ErrorCode::invalid_data, values, {2, 2}, 0, kPerTensor);
    expect_error(ErrorCode::invalid_data, values, {2, 2}, 0, kPerChannel);
    expect_error(ErrorCode::invalid_data, values, {2, 2}, 1, kPerChannel);
  }
}

TEST(ParamsFromWeight, RefuseShapesAndAxesThatDoNotFit) {
  const std::vector<float> values{1, 2, 3, 4};
  expect_error(ErrorCode::invalid_data, values, {2, 3}, 0, kPerChannel);
  expect_error(ErrorCode::invalid_data, values, {-2, -2}, 0, kPerChannel);
  expect_error(ErrorCode::invalid_argument, values, {2, 2}, 2, kPerChannel);
  expect_error(ErrorCode::invalid_argument, values, {2, 2}, -3, kPerChannel);
  expect_error(ErrorCode::invalid_argument, values, {2, 2}, {}, kPerChannel);
  expect_error(ErrorCode::unsupported, values, {2, 2}, 0,
               {.dtype = DType::s4, .granularity = Granularity::per_group, .group_size = 2});
}

}  // namespace
}  // namespace halftone

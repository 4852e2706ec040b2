#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "halftone/error.h"
#include "halftone/quantization.h"
#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

std::vector<std::int32_t> integers(const Tensor& tensor) {
  const std::vector<float> floats = tensor.to_floats();
  return {floats.begin(), floats.end()};
}

/// Rounding by hand, without nearbyint and without vectors.
std::int32_t reference(float value, float scale, std::int32_t zero_point, std::int32_t low, std::int32_t high) {
  const float quotient = value / scale;
  double whole = std::floor(double{quotient});
  const double part = quotient - whole;
  if (part > 0.5 || (part == 0.5 && std::fmod(whole, 2) != 0)) ++whole;
  return static_cast<std::int32_t>(std::clamp<double>(whole + zero_point, low, high));
}

QuantParams random_params(DType dtype, std::size_t channels, std::optional<int> axis, std::mt19937& random) {
  QuantParams params{dtype, {}, {}, axis};
  std::uniform_real_distribution<float> scale(0.001F, 0.02F);
  for (std::size_t c = 0; c < channels; ++c) {
    params.scale.push_back(scale(random));
    params.zero_point.push_back(static_cast<std::int32_t>(random() % 256) - (dtype == DType::s8 ? 128 : 0));
  }
  return params;
}

TEST(Quantize, RoundsHalvesToEvenAndSaturates) {
  const std::vector<float> values{0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 0.49999997F, 300, -300, 3e38F, -3e38F, -0.0F};
  on_every_instruction_set([&] {
    const QuantParams s8{DType::s8, {1}, {0}, {}};
    EXPECT_EQ(integers(quantize(values, {11}, s8)),
              (std::vector<std::int32_t>{0, 2, 2, 0, -2, 0, 127, -128, 127, -128, 0}));
    const QuantParams u8{DType::u8, {1}, {3}, {}};
    EXPECT_EQ(integers(quantize(values, {11}, u8)), (std::vector<std::int32_t>{3, 5, 5, 3, 1, 3, 255, 0, 255, 0, 3}));
  });
}

TEST(Quantize, SurvivesQuotientsThatOverflow) {
  const std::vector<float> values(20, 3e38F);
  on_every_instruction_set([&] {
    EXPECT_EQ(integers(quantize(values, {20}, {DType::u8, {1e-30F}, {0}, {}})), std::vector<std::int32_t>(20, 255));
  });
}

TEST(Quantize, IsAScalarQuantizerOnEveryInstructionSetForEveryAxis) {
  const Shape shape{3, 5, 7, 19};
  const std::size_t strides[] = {665, 133, 19, 1};
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(3 * 5 * 7 * 19);
  for (float& value : values) value = normal(random);
  for (const DType dtype : {DType::u8, DType::s8}) {
    const std::int32_t low = dtype == DType::u8 ? 0 : -128;
    for (const int axis : {-1, 0, 1, 2, 3}) {
      const bool per_channel = axis >= 0;
      const std::size_t channels = per_channel ? static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]) : 1;
      const QuantParams params =
          random_params(dtype, channels, per_channel ? std::optional(axis) : std::nullopt, random);
      std::vector<std::int32_t> expected;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t c = per_channel ? i / strides[axis] % channels : 0;
        expected.push_back(reference(values[i], params.scale[c], params.zero_point[c], low, low + 255));
      }
      on_every_instruction_set([&] {
        const Tensor result = quantize(values, shape, params);
        EXPECT_EQ(result.dtype(), dtype);
        EXPECT_EQ(result.shape(), shape);
        EXPECT_EQ(integers(result), expected) << "axis " << axis;
      });
    }
  }
}

TEST(Quantize, KeepsAllDigitsOfThirtyTwoBits) {
  // 50,331,652 / 4 has 24 bits; 1 / 3e-8 has more than a float holds.
  const std::vector<float> values{50331652.0F, 1e30F, -1e30F, 10};
  const Tensor result = quantize(values, {4}, {DType::s32, {4}, {0}, {}});
  EXPECT_EQ(result.values<std::int32_t>()[0], 12582913);
  EXPECT_EQ(result.values<std::int32_t>()[1], std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(result.values<std::int32_t>()[2], std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(result.values<std::int32_t>()[3], 2);
  const Tensor exact = quantize(std::vector<float>{1.0F}, {1}, {DType::s32, {3e-8F}, {0}, {}});
  EXPECT_EQ(exact.values<std::int32_t>()[0], std::lrint(1 / double{3e-8F}));
}

TEST(Quantize, RefusesValuesThatAreNotFinite) {
  on_every_instruction_set([] {
    for (const DType dtype : {DType::u8, DType::s8, DType::s32}) {
      for (std::size_t place = 0; place < 35; ++place) {
        std::vector<float> values(35, 1.0F);
        values[place] =
            place % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
        EXPECT_THROW(quantize(values, {35}, {dtype, {1}, {0}, {}}), Error) << place;
        const QuantParams columns{dtype, std::vector<float>(35, 1), std::vector<std::int32_t>(35, 0), 1};
        EXPECT_THROW(quantize(values, {1, 35}, columns), Error) << place;
      }
    }
  });
}

TEST(Quantize, RefusesParametersThatDoNotFit) {
  const std::vector<float> values(6, 1.0F);
  const auto expect_error = [&](ErrorCode code, const QuantParams& params, const Shape& shape = {2, 3}) {
    try {
      quantize(values, shape, params);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
    }
  };
  expect_error(ErrorCode::invalid_argument, {DType::u8, {1, 1, 1}, {0, 0, 0}, 0});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {1, 1}, {0}, 0});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {1, 1}, {0, 0}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {}, {}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {1}, {256}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::s8, {1}, {-129}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {0}, {0}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {-1}, {0}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {std::numeric_limits<float>::quiet_NaN()}, {0}, {}});
  expect_error(ErrorCode::invalid_argument, {DType::u8, {1, 1}, {0, 0}, 5});
  expect_error(ErrorCode::unsupported, {DType::f32, {1}, {0}, {}});
  expect_error(ErrorCode::invalid_data, {DType::u8, {1}, {0}, {}}, {7});
}

TEST(Quantize, AcceptsNoValues) {
  EXPECT_EQ(quantize({}, {0}, {DType::u8, {1}, {0}, {}}).size(), 0U);
  EXPECT_EQ(quantize({}, {0, 3}, {DType::u8, {1, 1, 1}, {0, 0, 0}, 1}).size(), 0U);
}

TEST(Dequantize, InvertsEachTypeByHand) {
  EXPECT_EQ(dequantize(Tensor::from(std::vector<std::uint8_t>{0, 10, 255}, {3}), {DType::u8, {0.5F}, {10}, {}}),
            (std::vector<float>{-5, 0, 122.5F}));
  EXPECT_EQ(
      dequantize(Tensor::from(std::vector<std::int8_t>{-128, 0, 127, 1}, {2, 2}), {DType::s8, {1, 2}, {0, -1}, 1}),
      (std::vector<float>{-128, 2, 127, 4}));
  EXPECT_EQ(dequantize(Tensor::from(std::vector<std::int32_t>{-2147483647 - 1, 5}, {2}), {DType::s32, {1}, {0}, {}}),
            (std::vector<float>{-2147483648.0F, 5}));
}

TEST(Dequantize, ComesBackWithinHalfALevelAndExactlyAtZero) {
  std::mt19937 random(13);
  std::uniform_real_distribution<float> uniform(-1.0F, 3.0F);
  std::vector<float> values(1000);
  for (float& value : values) value = uniform(random);
  values[0] = 0;
  const QuantParams params = params_from_range({-1, 3}, {});
  const std::vector<float> back = dequantize(quantize(values, {1000}, params), params);
  EXPECT_EQ(back[0], 0);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(back[i], values[i], params.scale[0] * 0.51);
}

TEST(Dequantize, RefusesParametersOfAnotherType) {
  EXPECT_THROW(dequantize(Tensor::from(std::vector<std::uint8_t>{1}, {1}), {DType::s8, {1}, {0}, {}}), Error);
  EXPECT_THROW(dequantize(Tensor::from(std::vector<float>{1}, {1}), {DType::f32, {1}, {0}, {}}), Error);
}

}  // namespace
}  // namespace halftone

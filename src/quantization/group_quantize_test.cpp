#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <tuple>

#include "base/thrown_error.h"
#include "halftone/quantization.h"

namespace halftone {
namespace {

using testing::ElementsAre;

QuantSpec spec_of(DType dtype, Scheme scheme, int group_size) {
  return {.dtype = dtype, .scheme = scheme, .granularity = Granularity::per_group, .group_size = group_size};
}

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

TEST(QuantizeGroups, PacksTwoValuesToAByteTheEarlierOneLow) {
  // Two input channels, one output channel: one group of the range -1 to 14, so that the scale is 1.
  const GroupedWeight weight =
      quantize_groups(std::vector<float>{-1, 14}, {2, 1}, 1, spec_of(DType::u4, Scheme::asymmetric, 2), 1);
  EXPECT_THAT(weight.values.values<std::uint8_t>(), ElementsAre(0xF0));
  EXPECT_THAT(weight.scale.values<float>(), ElementsAre(1.0F));
  ASSERT_TRUE(weight.zero_point);
  EXPECT_THAT(weight.zero_point->values<std::uint8_t>(), ElementsAre(1));
}

TEST(QuantizeGroups, LayOutputChannelsOneAfterTheOther) {
  // Rows are input channels: outputs are the columns {-7, 7} and {1, 0}.
  const GroupedWeight weight =
      quantize_groups(std::vector<float>{-7, 1, 7, 0}, {2, 2}, 1, spec_of(DType::u4, Scheme::symmetric, 2), 1);
  EXPECT_THAT(weight.values.shape(), ElementsAre(2, 1, 1));
  EXPECT_THAT(weight.values.values<std::uint8_t>(), ElementsAre(0xF1, 0x8F));
  EXPECT_THAT(weight.scale.values<float>(), ElementsAre(1.0F, 1.0F / 7));
  EXPECT_FALSE(weight.zero_point) << "all are 8";
}

TEST(QuantizeGroups, FillUpTheLastGroupWithZeros) {
  const GroupedWeight weight =
      quantize_groups(std::vector<float>{15, 0, 30}, {1, 3}, 0, spec_of(DType::u8, Scheme::asymmetric, 2), 1);
  EXPECT_EQ(weight.groups, 2U);
  EXPECT_THAT(weight.values.values<std::uint8_t>(), ElementsAre(255, 0, 255, 0));
  EXPECT_THAT(dequantize_groups(weight, 0, spec_of(DType::u8, Scheme::asymmetric, 2)),
              testing::Pointwise(testing::FloatNear(1e-5F), std::vector<float>{15, 0, 30}));
}

using Form = std::tuple<DType, Scheme, int, int>;
class EveryForm : public testing::TestWithParam<Form> {};

TEST_P(EveryForm, IsWithinHalfAStepOfTheWeight) {
  const auto [dtype, scheme, group_size, axis] = GetParam();
  const QuantSpec spec = spec_of(dtype, scheme, group_size);
  const Shape shape = axis == 1 ? Shape{75, 1100} : Shape{1100, 75};
  const std::vector<float> values = random_values(75U * 1100U, 7);
  const GroupedWeight weight = quantize_groups(values, shape, axis, spec, 2);
  EXPECT_EQ(weight.outputs, 1100U);
  EXPECT_EQ(weight.groups, (75U + static_cast<std::size_t>(group_size) - 1) / static_cast<std::size_t>(group_size));
  const std::vector<float> back = dequantize_groups(weight, axis, spec);
  const std::span<const float> scale = weight.scale.values<float>();
  for (std::size_t output = 0; output < 1100; ++output) {
    for (std::size_t input = 0; input < 75; ++input) {
      const std::size_t place = axis == 1 ? input * 1100 + output : output * 75 + input;
      const float step = scale[output * weight.groups + input / static_cast<std::size_t>(group_size)];
      // A rounded zero point may push one end of the range out by another half.
      ASSERT_LE(std::abs(back[place] - values[place]), 1.001F * step) << output << ", " << input;
    }
  }
}

TEST_P(EveryForm, IsTheSameWithAnyNumberOfThreadsAndEitherLayout) {
  const auto [dtype, scheme, group_size, axis] = GetParam();
  const QuantSpec spec = spec_of(dtype, scheme, group_size);
  constexpr std::int64_t kInputs = 270, kOutputs = 90;  // more inputs than are gone through at once
  const std::vector<float> values = random_values(270U * 90U, 3);
  std::vector<float> turned(values.size());
  for (std::size_t row = 0; row < 270; ++row) {
    for (std::size_t column = 0; column < 90; ++column) turned[column * 270 + row] = values[row * 90 + column];
  }
  const GroupedWeight one = quantize_groups(values, {kInputs, kOutputs}, 1, spec, 1);
  for (const GroupedWeight& other : {quantize_groups(values, {kInputs, kOutputs}, 1, spec, 4),
                                     quantize_groups(turned, {kOutputs, kInputs}, 0, spec, 3)}) {
    EXPECT_EQ(other.values, one.values);
    EXPECT_EQ(other.scale, one.scale);
    EXPECT_EQ(other.zero_point, one.zero_point);
  }
}

INSTANTIATE_TEST_SUITE_P(QuantizeGroups, EveryForm,
                         testing::Combine(testing::Values(DType::u4, DType::u8),
                                          testing::Values(Scheme::symmetric, Scheme::asymmetric),
                                          testing::Values(16, 32), testing::Values(0, 1)));

TEST(QuantizeGroups, RefuseWhatHasNoGroups) {
  const QuantSpec spec = spec_of(DType::u4, Scheme::symmetric, 2);
  const std::vector<float> values{1, 2, 3, 4};
  const auto code_of = [&](const Shape& shape, int axis, const QuantSpec& asked) {
    return thrown_error([&] { quantize_groups(values, shape, axis, asked, 1); }).code();
  };
  EXPECT_EQ(code_of({4}, 0, spec), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({2, 2}, 2, spec), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({2, 2}, 1, spec_of(DType::s8, Scheme::symmetric, 2)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({2, 2}, 1, spec_of(DType::u4, Scheme::symmetric, 3)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({2, 3}, 1, spec), ErrorCode::invalid_data);
}

TEST(QuantizeGroups, RefuseValuesThatAreNoNumbers) {
  for (const int axis : {0, 1}) {
    const std::vector<float> values{1, std::numeric_limits<float>::quiet_NaN(), 3, 4};
    const Error error = thrown_error([&] {
      quantize_groups(values, {2, 2}, axis, spec_of(DType::u4, Scheme::symmetric, 2), 1);
    });
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  }
}

TEST(RequantizeGroups, GiveTheSameBytesForTheValuesThatAreThere) {
  for (const DType dtype : {DType::u4, DType::u8}) {
    for (const Scheme scheme : {Scheme::symmetric, Scheme::asymmetric}) {
      for (const int axis : {0, 1}) {
        const QuantSpec spec = spec_of(dtype, scheme, 4);
        const Shape shape = axis == 0 ? Shape{3, 10} : Shape{10, 3};  // the last group is filled up
        const GroupedWeight weight = quantize_groups(random_values(30, 1), shape, axis, spec, 1);
        std::size_t clipped = 0;
        const Tensor again = requantize_groups(dequantize_groups(weight, axis, spec), weight, axis, spec, clipped);
        EXPECT_EQ(again, weight.values);
        EXPECT_EQ(clipped, 0U);
      }
    }
  }
}

TEST(RequantizeGroups, KeepTheScaleAndCountWhatItCannotExpress) {
  const QuantSpec spec = spec_of(DType::u4, Scheme::symmetric, 2);
  // Outputs are the columns {-7, 7} and {1, 0}, with scales 1 and 1/7 and zero point 8.
  const GroupedWeight weight = quantize_groups(std::vector<float>{-7, 1, 7, 0}, {2, 2}, 1, spec, 1);
  std::size_t clipped = 0;
  const Tensor other = requantize_groups(std::vector<float>{3, -1, -20, 2}, weight, 1, spec, clipped);
  EXPECT_THAT(other.values<std::uint8_t>(), ElementsAre(0x0B, 0xF1));
  EXPECT_EQ(clipped, 2U) << "-20 and 2 * 7";
}

TEST(RequantizeGroups, RefuseWhatIsNoNumberAndOtherSizes) {
  const QuantSpec spec = spec_of(DType::u4, Scheme::symmetric, 2);
  const GroupedWeight weight = quantize_groups(std::vector<float>{1, 2}, {2, 1}, 1, spec, 1);
  std::size_t clipped = 0;
  const auto code_for = [&](std::vector<float> values) {
    return thrown_error([&] { requantize_groups(values, weight, 1, spec, clipped); }).code();
  };
  EXPECT_EQ(code_for({1, std::numeric_limits<float>::quiet_NaN()}), ErrorCode::invalid_data);
  EXPECT_EQ(code_for({1, 2, 3}), ErrorCode::invalid_data);
}

}  // namespace
}  // namespace halftone

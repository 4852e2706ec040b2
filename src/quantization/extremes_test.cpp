#include "quantization/extremes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInf = std::numeric_limits<float>::infinity();

Extremes reference(std::span<const float> values) {
  Extremes extremes;
  for (const float value : values) {
    if (std::isnan(value)) {
      ++extremes.nan;
    } else if (std::isinf(value)) {
      ++extremes.inf;
    } else {
      extremes.min = std::fmin(extremes.min, value);
      extremes.max = std::fmax(extremes.max, value);
    }
  }
  return extremes;
}

std::vector<float> random_values(std::size_t count, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

TEST(Extremes, AreThoseOfAScalarScanOnEveryInstructionSet) {
  on_every_instruction_set([] {
    std::mt19937 random(7);
    for (const std::size_t count : {0, 1, 2, 15, 16, 17, 63, 64, 65, 257, 2047, 2048, 2049, 5000, 70000}) {
      std::vector<float> values = random_values(count, random);
      EXPECT_EQ(scan_extremes(values), reference(values)) << count;
      for (int i = 0; i < 5 && count > 0; ++i) {
        values[random() % count] = i % 2 == 0 ? kNan : (i == 1 ? kInf : -kInf);
        EXPECT_EQ(scan_extremes(values), reference(values)) << count << " values, " << i << " replaced";
      }
    }
  });
}

TEST(Extremes, AreFoundAtEveryPlace) {
  on_every_instruction_set([] {
    for (std::size_t place = 0; place < 150; ++place) {
      std::vector<float> values(150, 1.0F);
      values[place] = -3;
      EXPECT_EQ(scan_extremes(values).min, -3) << place;
      values[place] = 5;
      EXPECT_EQ(scan_extremes(values).max, 5) << place;
      values[place] = -kNan;
      EXPECT_EQ(scan_extremes(values).nan, 1U) << place;
      values[place] = -kInf;
      EXPECT_EQ(scan_extremes(values).inf, 1U) << place;
    }
  });
}

TEST(Extremes, OfZerosHaveNoSign) {
  on_every_instruction_set([] {
    const std::vector<float> values(100, -0.0F);
    EXPECT_FALSE(std::signbit(scan_extremes(values).min));
    EXPECT_FALSE(std::signbit(scan_extremes(values).max));
  });
}

TEST(Extremes, SeeSubnormalNumbers) {
  on_every_instruction_set([] {
    std::vector<float> values(100, 0.0F);
    values[42] = 1e-45F;
    values[43] = -1e-45F;
    EXPECT_EQ(scan_extremes(values).max, 1e-45F);
    EXPECT_EQ(scan_extremes(values).min, -1e-45F);
  });
}

TEST(ColumnExtremes, AreThoseOfEachColumnOnEveryInstructionSet) {
  on_every_instruction_set([] {
    std::mt19937 random(3);
    for (const std::size_t columns : {1, 3, 16, 37}) {
      constexpr std::size_t kRows = 21;
      const std::size_t stride = columns + columns / 16 * 5;
      const std::vector<float> values = random_values(kRows * stride, random);
      std::vector<float> min(columns, kInf), max(columns, -kInf);
      EXPECT_TRUE(widen_column_extremes({values.data(), kRows, columns, stride}, min.data(), max.data()));
      for (std::size_t column = 0; column < columns; ++column) {
        std::vector<float> of_column;
        for (std::size_t row = 0; row < kRows; ++row) of_column.push_back(values[row * stride + column]);
        const Extremes expected = reference(of_column);
        EXPECT_EQ(min[column], expected.min);
        EXPECT_EQ(max[column], expected.max);
      }
    }
  });
}

TEST(ColumnExtremes, SayWhereAValueIsNotFinite) {
  on_every_instruction_set([] {
    for (std::size_t place = 0; place < 3 * 37; ++place) {
      std::vector<float> values(3 * 37, 1.0F), min(37, kInf), max(37, -kInf);
      values[place] = place % 2 == 0 ? kNan : kInf;
      EXPECT_FALSE(widen_column_extremes({values.data(), 3, 37, 37}, min.data(), max.data())) << place;
    }
  });
}

}  // namespace
}  // namespace halftone

#include "calibration/bin_counting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>

#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

std::vector<std::uint64_t> reference(std::span<const float> values, const BinGrid& grid) {
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(grid.size()));
  for (const float value : values) {
    const double bin = std::floor(std::ldexp(double{value}, -grid.exponent));
    ++counts.at(static_cast<std::size_t>(static_cast<std::int64_t>(bin) - grid.first));
  }
  return counts;
}

void expect_reference_counts(const std::vector<float>& values) {
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  const BinGrid grid = bin_grid(*min, *max);
  const std::vector<std::uint64_t> expected = reference(values, grid);
  on_every_instruction_set([&] {
    std::vector<std::uint64_t> direct(expected.size());
    count_directly(values, grid, direct);
    EXPECT_EQ(direct, expected);
    BinCounters counters;
    counters.count(values, grid);
    std::vector<std::uint64_t> flushed(expected.size());
    counters.flush(flushed);
    EXPECT_EQ(flushed, expected);
    counters.flush(flushed);
    EXPECT_EQ(flushed, expected) << "flushing clears";
  });
}

TEST(BinCounting, IsExactOnEveryInstructionSetForEveryMagnitude) {
  std::mt19937 random(17);
  std::normal_distribution<float> normal;
  for (const float scale : {1.0F, 1e-38F, 1e-44F, 1e-30F, 3e-5F, 1e7F, 1e30F, 5e37F}) {
    for (const float offset : {0.0F, 3.0F, -1000.0F}) {
      std::vector<float> values(1501);
      for (float& value : values) value = std::clamp(normal(random) + offset, -3.0F, 3.0F) * scale;
      expect_reference_counts(values);
    }
  }
}

TEST(BinCounting, PutsNegativeValuesThatVanishBelowZero) {
  expect_reference_counts({-1e-45F, 0.0F, -0.0F, 1e-45F, FLT_MAX, -FLT_MAX, -FLT_MIN, FLT_MIN, -1e-30F, 1e-30F});
  const std::vector<float> values{-1e-45F, -1e30F};
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(bin_grid(-1e30F, -1e-45F).size()));
  count_directly(values, bin_grid(-1e30F, -1e-45F), counts);
  EXPECT_EQ(counts.back(), 1U);
}

TEST(BinCounting, KnowsWhichSideOfAnEdgeAValueLies) {
  std::vector<float> values{-1.0F, 0.9999F};
  for (int bin = -4096; bin < 4096; ++bin) {
    const float edge = std::ldexp(static_cast<float>(bin), -12);
    values.push_back(edge);
    if (bin > -4096) values.push_back(std::nextafter(edge, -2.0F));
  }
  expect_reference_counts(values);
}

TEST(BinCounting, IsExactFarFromZeroInNarrowBins) {
  std::vector<float> values;
  for (int i = 0; i < 3000; ++i) values.push_back(1000.0F + static_cast<float>(i % 700) * 0.00006103515625F);
  expect_reference_counts(values);
  for (float& value : values) value = -value;
  expect_reference_counts(values);
}

TEST(BinCounting, HandlesStretchesOfEveryLength) {
  for (std::size_t count = 1; count < 70; ++count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i * 7 % 13) - 6;
    expect_reference_counts(values);
  }
}

}  // namespace
}  // namespace halftone

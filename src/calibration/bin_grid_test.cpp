#include "calibration/bin_grid.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <random>

namespace halftone {
namespace {

/// Any finite float, all magnitudes alike.
float any_float(std::mt19937& random) {
  for (;;) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isfinite(value)) return value;
  }
}

double bin_of(float value, int exponent) { return std::floor(std::ldexp(double{value}, -exponent)); }

TEST(BinGrid, HasTheWidthWorkedOutByHand) {
  // 8,192 bins of 2^-12 hold [0, 2); 2 itself needs one more, so the next width.
  EXPECT_EQ(bin_grid(0, 1.9999F), (BinGrid{-12, 0, 8191}));
  EXPECT_EQ(bin_grid(0, 2), (BinGrid{-11, 0, 4096}));
  EXPECT_EQ(bin_grid(-1, 1), (BinGrid{-11, -2048, 2048}));
  EXPECT_EQ(bin_grid(-1, 0.9999F), (BinGrid{-12, -4096, 4095}));
}

TEST(BinGrid, GivesEqualValuesOneBinWithAnExactIndex) {
  EXPECT_EQ(bin_grid(0, 0), (BinGrid{kFinestExponent, 0, 0}));
  EXPECT_EQ(bin_grid(1, 1), (BinGrid{-23, 1 << 23, 1 << 23}));
  EXPECT_EQ(bin_grid(-1000, -1000), (BinGrid{-14, -16'384'000, -16'384'000}));
  EXPECT_EQ(bin_grid(1e-45F, 1e-45F), (BinGrid{kFinestExponent, 0, 0}));
  EXPECT_EQ(bin_grid(-1e-45F, -1e-45F), (BinGrid{kFinestExponent, -1, -1}));
  EXPECT_EQ(bin_grid(FLT_MAX, FLT_MAX), (BinGrid{104, (1 << 24) - 1, (1 << 24) - 1}));
}

TEST(BinGrid, HoldsTheWholeRangeOfFloat) { EXPECT_EQ(bin_grid(-FLT_MAX, FLT_MAX), (BinGrid{116, -4096, 4095})); }

TEST(BinGrid, IsTheFinestThatServesForAnyExtremes) {
  const auto serves = [](float min, float max, int exponent) {
    const double magnitude = std::ldexp(std::max(std::abs(double{min}), std::abs(double{max})), -exponent);
    return bin_of(max, exponent) - bin_of(min, exponent) + 1 <= 8192 && magnitude < 16'777'216;
  };
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    float min = any_float(random);
    float max = i % 2 == 0 ? any_float(random) : min * 1.0001F;
    if (!std::isfinite(max)) continue;
    if (max < min) std::swap(min, max);
    const BinGrid grid = bin_grid(min, max);
    EXPECT_TRUE(serves(min, max, grid.exponent));
    EXPECT_TRUE(grid.exponent == kFinestExponent || !serves(min, max, grid.exponent - 1)) << min << ' ' << max;
    EXPECT_EQ(static_cast<double>(grid.first), bin_of(min, grid.exponent));
    EXPECT_EQ(static_cast<double>(grid.last), bin_of(max, grid.exponent));
  }
}

TEST(BinGrid, NeverBecomesFinerWhenTheExtremesSpread) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    float inner_min = any_float(random);
    float inner_max = any_float(random);
    if (inner_max < inner_min) std::swap(inner_min, inner_max);
    const float min = i % 3 == 0 ? inner_min : std::min(inner_min, any_float(random));
    const float max = i % 3 == 1 ? inner_max : std::max(inner_max, any_float(random));
    EXPECT_LE(bin_grid(inner_min, inner_max).exponent, bin_grid(min, max).exponent)
        << inner_min << ' ' << inner_max << " in " << min << ' ' << max;
  }
}

TEST(CoarserBin, IsTheBinOfTheCoarserGridAlsoBelowZero) {
  EXPECT_EQ(coarser_bin(5, 1), 2);
  EXPECT_EQ(coarser_bin(-1, 1), -1);
  EXPECT_EQ(coarser_bin(-5, 1), -3);
  EXPECT_EQ(coarser_bin(-5, 200), -1);
  EXPECT_EQ(coarser_bin(5, 200), 0);
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const float value = any_float(random);
    const int fine = bin_grid(value, value).exponent;
    const int levels = static_cast<int>(random() % 70);
    const auto bin = static_cast<std::int64_t>(bin_of(value, fine));
    EXPECT_EQ(static_cast<double>(coarser_bin(bin, levels)), bin_of(value, fine + levels));
  }
}

TEST(Regrid, MovesCountsToUnionsOfBins) {
  Histogram histogram{-3, -3, {1, 2, 3, 4, 5, 6}};  // bins -3 … 2
  regrid(histogram, {-2, -2, 4});
  EXPECT_EQ(histogram, (Histogram{-2, -2, {1, 5, 9, 6, 0, 0, 0}}));
}

}  // namespace
}  // namespace halftone

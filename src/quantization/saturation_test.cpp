#include "quantization/saturation.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace halftone {
namespace {

using Activations = std::vector<std::uint8_t>;
using Weights = std::vector<std::int8_t>;

WeightRows rows_of(const Weights& values, std::size_t outputs, std::size_t taps) {
  return {values, outputs, taps, values.size() / outputs / taps};
}

TEST(Saturation, CutsSumsOfTwoProductsToSixteenBits) {
  EXPECT_EQ(saturating_dot(Activations{255, 255}, Weights{127, 127}), 32'767);
  EXPECT_EQ(saturating_dot(Activations{255, 255}, Weights{-128, -128}), -32'768);
  EXPECT_EQ(saturating_dot(Activations{255, 255}, Weights{64, 64}), 32'640) << "seven bits fit";
  EXPECT_EQ(saturating_dot(Activations{255, 255}, Weights{127, -127}), 0);
  EXPECT_EQ(saturating_dot(Activations{255}, Weights{127}), 32'385) << "one product always fits";
  EXPECT_EQ(saturating_dot(Activations{200, 100, 3}, Weights{100, 120, -2}), 32'000 - 6);
}

TEST(Saturation, AddsThePairsInThirtyTwoBits) {
  EXPECT_EQ(saturating_dot(Activations(8, 255), Weights(8, 127)), 4 * 32'767);
}

TEST(Saturation, CanHappenOnlyWhereTwoNeighboursAreLarge) {
  EXPECT_TRUE(can_saturate(rows_of({65, 64, 0, 0}, 1, 1)));
  EXPECT_FALSE(can_saturate(rows_of({64, 64, 64, 64}, 1, 1)));
  EXPECT_FALSE(can_saturate(rows_of({0, 100, 100, 0}, 1, 1))) << "neighbours, but of two pairs";
  EXPECT_FALSE(can_saturate(rows_of({127, -128}, 1, 1)));
  EXPECT_TRUE(can_saturate(rows_of({-65, -64}, 1, 1)));
  EXPECT_FALSE(can_saturate(rows_of({127, 127}, 2, 1))) << "of two outputs";
  EXPECT_FALSE(can_saturate(rows_of({127, 127}, 1, 2))) << "of two taps";
}

/// Each product and each sum written out: rows of five channels, which make three pairs, the last of one product.
Saturation slow(const Activations& a, const Weights& w, std::size_t outputs, std::size_t taps) {
  Saturation all;
  for (std::size_t o = 0; o < outputs; ++o) {
    long exact = 0, cut = 0;
    for (std::size_t t = 0; t < taps; ++t) {
      std::array<long, 6> products{};
      for (std::size_t i = 0; i < 5; ++i) products[i] = static_cast<long>(a[i]) * w[(o * taps + t) * 5 + i];
      for (std::size_t pair = 0; pair < 3; ++pair) {
        const long sum = products[2 * pair] + products[2 * pair + 1];
        const long fitted = sum > 32'767 ? 32'767 : sum < -32'768 ? -32'768 : sum;
        exact += sum;
        cut += fitted;
        all.saturated += sum != fitted ? 1 : 0;
        ++all.pairs;
      }
    }
    all.squared_error += static_cast<double>((exact - cut) * (exact - cut));
  }
  return all;
}

TEST(Saturation, IsThatOfTheSlowWay) {
  std::mt19937 random(7);
  std::uint64_t seen = 0;
  for (int round = 0; round < 200; ++round) {
    Activations a(5);
    Weights w(3 * 2 * 5);
    for (auto& value : a) value = static_cast<std::uint8_t>(random() % 256);
    for (auto& value : w) value = static_cast<std::int8_t>(static_cast<int>(random() % 256) - 128);
    const Saturation expected = slow(a, w, 3, 2), found = simulate_saturation(a, rows_of(w, 3, 2), 0, 3);
    EXPECT_EQ(found.pairs, expected.pairs);
    EXPECT_EQ(found.saturated, expected.saturated);
    EXPECT_EQ(found.squared_error, expected.squared_error);
    seen += found.saturated;
    const Weights row(w.begin(), w.begin() + 5);
    std::int32_t exact = 0;
    for (std::size_t i = 0; i < 5; ++i) exact += std::int32_t{a[i]} * row[i];
    const double error = exact - saturating_dot(a, row);
    EXPECT_EQ(simulate_saturation(a, rows_of(row, 1, 1), 0, 1).squared_error, error * error);
  }
  EXPECT_GT(seen, 50u) << "the weights are too small to show anything";
}

TEST(Saturation, LeavesSevenBitsAlone) {
  std::mt19937 random(8);
  Activations a(64, 255);
  Weights w(64 * 16);
  for (auto& value : w) value = static_cast<std::int8_t>(static_cast<int>(random() % 129) - 64);
  EXPECT_FALSE(can_saturate(rows_of(w, 16, 1)));
  EXPECT_EQ(simulate_saturation(a, rows_of(w, 16, 1), 0, 16).saturated, 0u);
}

}  // namespace
}  // namespace halftone

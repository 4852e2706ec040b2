#include "calibration/level_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "quantization/every_instruction_set.h"

namespace halftone {
namespace {

std::vector<double> sums_before(const std::vector<double>& values) {
  std::vector<double> sums(values.size() + 1);
  std::partial_sum(values.begin(), values.end(), sums.begin() + 1);
  return sums;
}

/// The loss with levels of `width` points, by lost_in_levels().
double loss(const std::vector<double>& shares, std::size_t width) {
  std::vector<double> entropies(shares.size());
  store_entropies(shares, entropies);
  const std::vector<double> mass = sums_before(shares);
  const std::vector<double> entropy = sums_before(entropies);
  std::vector<double> mass_at, entropy_at, place;
  for (std::size_t edge = 0; edge <= shares.size(); edge += width) {
    mass_at.push_back(mass[edge]);
    entropy_at.push_back(entropy[edge]);
    place.push_back(static_cast<double>(edge));
  }
  return lost_in_levels({mass_at, entropy_at, place});
}

/// Kullback-Leibler divergence as its definition says.
double divergence(const std::vector<double>& shares, std::size_t width) {
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto level = shares.begin() + static_cast<std::ptrdiff_t>(i / width * width);
    const double mean =
        std::accumulate(level, level + static_cast<std::ptrdiff_t>(width), 0.0) / static_cast<double>(width);
    if (shares[i] > 0) sum += shares[i] * std::log(shares[i] / mean);
  }
  return sum;
}

TEST(LostInLevels, IsWhatIsWorkedOutByHand) {
  // One level of shares 3/4 and 1/4: 3/4 log(3/2) + 1/4 log(1/2).
  EXPECT_NEAR(loss({0.75, 0.25}, 2), 0.75 * std::log(1.5) + 0.25 * std::log(0.5), 1e-15);
  EXPECT_NEAR(loss({0.75, 0.25}, 1), 0, 1e-15);
  EXPECT_NEAR(loss({0.5, 0.0, 0.25, 0.25}, 2), 0.5 * std::log(2), 1e-15);
}

TEST(LostInLevels, IsTheDivergenceOnEveryInstructionSet) {
  std::mt19937 random(5);
  std::exponential_distribution<double> exponential;
  for (const std::size_t levels : {1, 3, 8, 17, 256}) {
    for (const std::size_t width : {1, 2, 7}) {
      std::vector<double> shares(levels * width);
      for (double& share : shares) share = random() % 5 == 0 ? 0 : 1e-4 * std::pow(exponential(random), 6);
      const double expected = divergence(shares, width);
      on_every_instruction_set([&] { EXPECT_NEAR(loss(shares, width), expected, 1e-12 + 1e-12 * expected); });
    }
  }
}

TEST(LostInLevels, IsNothingForEmptyLevels) {
  on_every_instruction_set([] { EXPECT_EQ(loss(std::vector<double>(64, 0.0), 4), 0); });
}

}  // namespace
}  // namespace halftone

#include "calibration/channel_means.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

const QuantParams kHalves{DType::u8, {0.5F}, {10}, std::nullopt};

TEST(ChannelMeans, AreThoseOfEachChannelBeforeAndAfterQuantization) {
  // Two samples, two channels, two places; steps of 0.5 round 0.2 to 0 and 0.3 to 0.5.
  const Tensor value = Tensor::from<float>({0.2F, 0.3F, 1, 2, 0.2F, 0.2F, 3, 4}, {2, 2, 2});
  const ChannelMeans means = means_of(sum_channels(value, 1, kHalves), kHalves);
  EXPECT_THAT(means.values, ElementsAre(DoubleNear(0.225, 1e-5), DoubleNear(2.5, 1e-5)));
  EXPECT_THAT(means.quantized, ElementsAre(DoubleNear(0.125, 1e-12), DoubleNear(2.5, 1e-12)));
}

TEST(ChannelMeans, TakeTheChannelAxisFromTheEndAsWell) {
  const Tensor value = Tensor::from<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(sum_channels(value, -1, kHalves), sum_channels(value, 1, kHalves));
  EXPECT_THAT(means_of(sum_channels(value, 1, kHalves), kHalves).quantized, ElementsAre(2.5, 3.5, 4.5));
}

TEST(ChannelMeans, ClipAsTheQuantizedTensorDoes) {
  const Tensor value = Tensor::from<float>({-100, 1'000}, {2, 1});
  EXPECT_THAT(means_of(sum_channels(value, 1, kHalves), kHalves).quantized, ElementsAre((-5.0 + 122.5) / 2));
}

TEST(ChannelMeans, DoNotDependOnTheOrderOfSamples) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0, 3);
  std::vector<ChannelSums> parts;
  for (int sample = 0; sample < 20; ++sample) {
    std::vector<float> values(5 * 33);
    for (float& value : values) value = normal(random);
    parts.push_back(sum_channels(Tensor::from<float>(std::move(values), {1, 5, 33}), 1, kHalves));
  }
  ChannelSums forwards, backwards;
  for (const ChannelSums& part : parts) add(forwards, part);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) add(backwards, *part);
  EXPECT_EQ(forwards, backwards);
  EXPECT_EQ(forwards.count, 20u * 33);
}

TEST(ChannelMeans, RefuseNaNAndAxesThatAreNotThere) {
  EXPECT_THROW(sum_channels(Tensor::from<float>({std::nanf("")}, {1, 1}), 1, kHalves), Error);
  EXPECT_THROW(sum_channels(Tensor::from<float>({1}, {1}), 1, kHalves), Error);
  ChannelSums two{{1, 2}, {1, 2}, 1};
  EXPECT_THROW(add(two, ChannelSums{{1}, {1}, 1}), Error);
}

}  // namespace
}  // namespace halftone

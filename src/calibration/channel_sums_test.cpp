#include "calibration/channel_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ChannelSums, GiveTheMeanOfEachChannel) {
  // Two samples, two channels, two places.
  const Tensor value = Tensor::from<float>({0.2F, 0.3F, 1, 2, 0.2F, 0.2F, 3, 4}, {2, 2, 2});
  EXPECT_THAT(means_of(sum_channels(value, 1)), ElementsAre(DoubleNear(0.225, 1e-7), DoubleNear(2.5, 1e-7)));
}

TEST(ChannelSums, TakeTheChannelAxisFromTheEndAsWell) {
  const Tensor value = Tensor::from<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(sum_channels(value, -1), sum_channels(value, 1));
  EXPECT_THAT(means_of(sum_channels(value, 1)), ElementsAre(2.5, 3.5, 4.5));
}

TEST(ChannelSums, DoNotDependOnTheOrderOfSamples) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0, 3);
  std::vector<ChannelSums> parts;
  for (int sample = 0; sample < 20; ++sample) {
    std::vector<float> values(5 * 33);
    for (float& value : values) value = normal(random);
    parts.push_back(sum_channels(Tensor::from<float>(std::move(values), {1, 5, 33}), 1));
  }
  ChannelSums forwards, backwards;
  for (const ChannelSums& part : parts) add(forwards, part);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) add(backwards, *part);
  EXPECT_EQ(forwards, backwards);
  EXPECT_EQ(forwards.count, 20u * 33);
}

TEST(ChannelSums, SayWhenTheyAreBeyondRange) {
  const ChannelSums broken = sum_channels(Tensor::from<float>({std::nanf("")}, {1, 1}), 1);
  EXPECT_THAT(means_of(broken), IsEmpty());
  ChannelSums whole = sum_channels(Tensor::from<float>({1}, {1, 1}), 1);
  add(whole, broken);
  EXPECT_THAT(means_of(whole), IsEmpty());
  EXPECT_THAT(means_of(sum_channels(Tensor::from<float>({1e30F}, {1, 1}), 1)), IsEmpty());
}

TEST(ChannelSums, RefuseAxesThatAreNotThereAndOtherChannels) {
  EXPECT_THROW(sum_channels(Tensor::from<float>({1}, {1}), 1), Error);
  ChannelSums two{{1, 2}, 1, false};
  EXPECT_THROW(add(two, ChannelSums{{1}, 1, false}), Error);
}

}  // namespace
}  // namespace halftone

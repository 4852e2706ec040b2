#include <gtest/gtest.h>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

// By hand: truth 0 0 1 / 1 2 2, predicted 0 1 1 / 1 2 0. Class 0: 1 of 3 pixels, 1: 2 of 3, 2: 1 of 2.
constexpr double kByHand = (1.0 / 3 + 2.0 / 3 + 0.5) / 3;
Tensor truth() { return longs({0, 0, 1, 1, 2, 2}, {2, 3}); }

TEST(MeanIou, TakesAMapOfClasses) {
  MetricFixture fixture("miou");
  fixture.targeted(longs({0, 1, 1, 1, 2, 0}, {2, 3}), truth());
  EXPECT_DOUBLE_EQ(fixture.value(), kByHand);
}

TEST(MeanIou, TakesScoresWithTheClassesFirstOrLast) {
  const std::vector<std::size_t> predicted{0, 1, 1, 1, 2, 0};
  std::vector<float> first(18);
  std::vector<float> last(18);
  for (std::size_t pixel = 0; pixel < 6; ++pixel) {
    first[predicted[pixel] * 6 + pixel] = 1;
    last[pixel * 3 + predicted[pixel]] = 1;
  }
  MetricFixture channels_first("miou");
  channels_first.targeted(floats(first, {3, 2, 3}), truth().reshaped({1, 2, 3}));
  EXPECT_DOUBLE_EQ(channels_first.value(), kByHand);
  MetricFixture channels_last("miou");
  channels_last.targeted(floats(last, {2, 3, 3}), truth());
  EXPECT_DOUBLE_EQ(channels_last.value(), kByHand);
}

TEST(MeanIou, TakesTheProbabilityOfOneClass) {
  MetricFixture fixture("miou");
  fixture.targeted(floats({0.9F, 0.2F, 0.6F, 0.4F}, {1, 2, 2}), longs({1, 0, 0, 0}, {2, 2}));
  EXPECT_DOUBLE_EQ(fixture.value(), (0.5 + 2.0 / 3) / 2);
}

TEST(MeanIou, AddsThePixelsOfAllSamplesBeforeItDivides) {
  MetricFixture fixture("miou");
  fixture.targeted(longs({0, 0}, {2}), longs({0, 0}, {2})).targeted(longs({0, 1}, {2}), longs({1, 1}, {2}));
  EXPECT_DOUBLE_EQ(fixture.value(), (2.0 / 3 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(fixture.value({1, 0}), 1);
}

TEST(MeanIou, PassesOverPixelsWithoutAClass) {
  MetricFixture fixture("miou");
  fixture.targeted(longs({0, 1, 1}, {3}), longs({0, 255, -1}, {3}));
  EXPECT_DOUBLE_EQ(fixture.value(), 1);
}

TEST(MeanIou, RefusesWhatDoesNotFit) {
  expect_error(ErrorCode::invalid_data, "first output is 3x4x4, its target 2x3", [] {
    MetricFixture("miou").targeted(floats(std::vector<float>(48), {3, 4, 4}), truth());
  });
  expect_error(ErrorCode::invalid_data, "the target has class 2, the output scores of 2", [] {
    MetricFixture("miou").targeted(floats(std::vector<float>(12), {2, 2, 3}), truth());
  });
  expect_error(ErrorCode::invalid_data, "no pixel of the targets has a class", [] {
    MetricFixture fixture("miou");
    fixture.targeted(longs({0}, {1}), longs({255}, {1})).value();
  });
  EXPECT_TRUE(make_metric("miou")->higher_is_better());
}

}  // namespace
}  // namespace halftone

#include "evaluation/average_precision.h"

#include <gtest/gtest.h>

#include <array>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

/// An image: rows of corners, score and class, and rows of corners and class.
MetricFixture& add_image(MetricFixture& fixture, const std::vector<float>& detections,
                         const std::vector<float>& objects) {
  const auto found = static_cast<std::int64_t>(detections.size() / 6);
  const auto there = static_cast<std::int64_t>(objects.size() / 5);
  return fixture.targeted(floats(detections, {found, 6}), floats(objects, {there, 5}));
}

// R. Padilla, S. L. Netto, E. A. B. da Silva, "A Survey on Performance Metrics for Object-Detection Algorithms" (2020),
// and the worked example of their program: of 24 detections of 15 objects, those at places 1, 3, 10, 12, 13, 14 and 23
// are right; the area under all points is 24.56 %.
TEST(AreaUnderCurve, IsThatOfAWorkedExample) {
  std::vector<CurvePoint> curve;
  double right = 0;
  for (const int place : {1, 3, 10, 12, 13, 14, 23}) {
    ++right;
    curve.push_back({right / 15, right / place});
  }
  EXPECT_NEAR(area_under(curve), 0.2456, 1e-4) << "they cut off digits on the way";
}

// By hand: half of the objects found without a mistake are 51 of 101 recalls.
TEST(MeanAtRecalls, CountsThoseThatAreReached) {
  const auto mean = [](const std::vector<CurvePoint>& curve) { return mean_at_101_recalls(curve); };
  EXPECT_DOUBLE_EQ(mean({{0.5, 1}}), 51.0 / 101);
  EXPECT_DOUBLE_EQ(mean({{1, 0.5}}), 0.5);
  EXPECT_DOUBLE_EQ(mean({}), 0);
}

// By hand: recalls 0 to 0.25 at precision 1, to 0.5 at 0.8, which is reached again later, to 0.75 at 0.8.
TEST(MeanAtRecalls, TakesTheHighestPrecisionFromThereOn) {
  const std::vector<CurvePoint> curve{{0.25, 1}, {0.5, 0.5}, {0.75, 0.8}};
  EXPECT_NEAR(mean_at_101_recalls(curve), (26 * 1 + 50 * 0.8) / 101, 1e-12);
  EXPECT_NEAR(area_under(curve), 0.25 * 1 + 0.5 * 0.8, 1e-12);
}

TEST(Matching, OfVocGivesEachObjectToOneDetection) {
  const std::vector<GroundTruth> objects{{{0, 0, 10, 10}, 0}, {{5, 0, 15, 10}, 0}};
  // All three overlap the first most; the second detection overlaps the other object by more than a half as well.
  const std::vector<Detection> detections{
      {{0, 0, 10, 10}, 0, 0.9}, {{2, 0, 12, 10}, 0, 0.8}, {{90, 90, 99, 99}, 0, 0.7}};
  constexpr std::array kHalf{0.5};
  EXPECT_EQ(match_voc(detections, objects, kHalf), (std::vector<std::uint32_t>{1, 0, 0}));
  EXPECT_EQ(match_coco(detections, objects, kHalf), (std::vector<std::uint32_t>{1, 1, 0}));
}

TEST(Matching, MarksEachThresholdThatTheOverlapReaches) {
  const std::vector<GroundTruth> objects{{{0, 0, 10, 10}, 0}};
  const std::vector<Detection> detections{{{0, 0, 10, 7.2}, 0, 0.9}};
  constexpr std::array kThresholds{0.5, 0.7, 0.75};
  EXPECT_EQ(match_coco(detections, objects, kThresholds), (std::vector<std::uint32_t>{0b011}));
}

// By hand. Class 0: two objects; right at 0.9, wrong at 0.8, right at 0.7: precision 1 up to recall 1/2, 2/3 up to 1.
// Class 1: one object, not found.
TEST(MeanAveragePrecision, OfVocIsTheMeanOverClasses) {
  MetricFixture fixture("map_voc");
  add_image(fixture, {0, 0, 10, 10, 0.9F, 0, 50, 50, 60, 60, 0.8F, 0}, {0, 0, 10, 10, 0, 30, 30, 40, 40, 1});
  add_image(fixture, {0, 0, 10, 9, 0.7F, 0}, {0, 0, 10, 10, 0});
  EXPECT_NEAR(fixture.value(), (0.5 * 1 + 0.5 * 2 / 3 + 0) / 2, 1e-12);
  EXPECT_NEAR(fixture.value({0, 1}), 1, 1e-12) << "the second image alone";
}

// By hand: an overlap of 0.72 counts at 0.5, 0.55, …, 0.7, which are 5 of 10 thresholds.
TEST(MeanAveragePrecision, OfCocoIsTheMeanOverThresholds) {
  MetricFixture fixture("map_coco");
  add_image(fixture, {0, 0, 10, 7.2F, 0.9F, 0}, {0, 0, 10, 10, 0});
  EXPECT_DOUBLE_EQ(fixture.value(), 0.5);
  MetricFixture voc("map_voc");
  add_image(voc, {0, 0, 10, 7.2F, 0.9F, 0}, {0, 0, 10, 10, 0});
  EXPECT_DOUBLE_EQ(voc.value(), 1);
}

TEST(MeanAveragePrecision, OfCocoLooksAtTheHundredBestOfAClass) {
  std::vector<float> detections;
  for (int i = 0; i < 100; ++i) detections.insert(detections.end(), {50, 50, 60, 60, 0.9F, 0});
  detections.insert(detections.end(), {0, 0, 10, 10, 0.1F, 0});
  MetricFixture coco("map_coco");
  EXPECT_DOUBLE_EQ(add_image(coco, detections, {0, 0, 10, 10, 0}).value(), 0);
  MetricFixture voc("map_voc");
  EXPECT_DOUBLE_EQ(add_image(voc, detections, {0, 0, 10, 10, 0}).value(), 1.0 / 101);
}

TEST(MeanAveragePrecision, CountsImagesWithoutObjects) {
  MetricFixture fixture("map_voc");
  add_image(fixture, {0, 0, 10, 10, 0.5F, 0}, {0, 0, 10, 10, 0});
  add_image(fixture, {0, 0, 10, 10, 0.9F, 0}, {});
  EXPECT_DOUBLE_EQ(fixture.value(), 0.5);
  MetricFixture empty("map_voc");
  add_image(empty, {0, 0, 10, 10, 0.9F, 0}, {});
  expect_error(ErrorCode::invalid_data, "the targets have no box", [&] { empty.value(); });
  EXPECT_TRUE(fixture.metric().higher_is_better());
}

}  // namespace
}  // namespace halftone

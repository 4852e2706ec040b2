#include "evaluation/detections.h"

#include <gtest/gtest.h>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

NamedTensors three(const std::string& boxes, const std::string& scores, const std::string& classes) {
  return {{boxes, floats({0, 0, 1, 1, 2, 2, 4, 4}, {2, 4})},
          {scores, floats({0.5F, 0.75F}, {2})},
          {classes, floats({3, 1}, {2})}};
}

std::vector<Detection> read(const NamedTensors& outputs) { return read_detections("map_voc", {.outputs = &outputs}); }

void expect_the_two(const std::vector<Detection>& detections) {
  ASSERT_EQ(detections.size(), 2u);
  EXPECT_EQ(detections[0].label, 1);
  EXPECT_EQ(detections[0].score, 0.75);
  EXPECT_EQ(detections[0].box.high_x, 4);
  EXPECT_EQ(detections[1].label, 3);
}

TEST(Detections, AreFoundByTheNamesOfOutputs) {
  NamedTensors outputs = three("detection_boxes:0", "detection_scores:0", "detection_classes:0");
  std::swap(outputs[0], outputs[2]);
  expect_the_two(read(outputs));
  outputs = three("boxes", "scores", "labels");
  outputs.push_back({"embedding", floats({1, 2, 3}, {3})});
  expect_the_two(read(outputs));
}

TEST(Detections, AreThreeOutputsInOrderWhereNoNameTells) { expect_the_two(read(three("a", "b", "c"))); }

TEST(Detections, AreRowsOfOneOutput) {
  expect_the_two(read({{"output0", floats({0, 0, 1, 1, 0.5F, 3, 2, 2, 4, 4, 0.75F, 1}, {1, 2, 6})}}));
}

TEST(Detections, LeavePaddingOut) {
  NamedTensors outputs = three("boxes", "scores", "classes");
  outputs.push_back({"num_detections", floats({1}, {1})});
  EXPECT_EQ(read(outputs).size(), 1u) << "the model counts one";
  outputs = three("boxes", "scores", "classes");
  outputs[2].value = floats({-1, 1}, {2});
  EXPECT_EQ(read(outputs).size(), 1u);
  EXPECT_TRUE(read({{"output0", floats({}, {0, 6})}}).empty());
}

TEST(Detections, RefuseOtherOutputs) {
  expect_error(ErrorCode::invalid_data, "no detections: y 5x7", [] {
    read({{"y", floats(std::vector<float>(35), {5, 7})}});
  });
  NamedTensors outputs = three("boxes", "scores", "classes");
  outputs[1].value = floats({0.5F}, {1});
  expect_error(ErrorCode::invalid_data, "no detections", [&] { read(outputs); });
  outputs = three("boxes", "scores", "classes");
  outputs[2].value = floats({0.5F, 1}, {2});
  expect_error(ErrorCode::invalid_data, "no whole number", [&] { read(outputs); });
}

TEST(GroundTruthBoxes, AreRowsOfCornersAndClass) {
  const Tensor target = floats({0, 0, 2, 2, 7, 0, 0, 0, 0, -1}, {2, 5});
  const auto objects = read_ground_truth("map_voc", {.target = &target});
  ASSERT_EQ(objects.size(), 1u) << "the second is padding";
  EXPECT_EQ(objects[0].label, 7);
  EXPECT_EQ(objects[0].box.area(), 4);
  const Tensor flat = floats({0, 0, 2, 2, 7}, {5});
  expect_error(ErrorCode::invalid_data, "target is 5", [&] { read_ground_truth("map_voc", {.target = &flat}); });
  const Tensor by_size = floats({4, 4, 2, 2, 7}, {1, 5});
  expect_error(ErrorCode::invalid_data, "has no area", [&] { read_ground_truth("map_voc", {.target = &by_size}); });
}

TEST(IntersectionOverUnion, IsThatOfAreas) {
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 2, 2}, {1, 1, 3, 3}), 1.0 / 7);
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 2, 2}, {0, 0, 2, 2}), 1);
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 1, 1}, {2, 2, 3, 3}), 0);
  EXPECT_DOUBLE_EQ(intersection_over_union({1, 1, 1, 1}, {1, 1, 1, 1}), 0);
}

}  // namespace
}  // namespace halftone

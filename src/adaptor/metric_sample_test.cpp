#include "adaptor/metric_sample.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::HasSubstr;

Tensor floats(std::vector<float> values, Shape shape) { return Tensor::from(std::move(values), std::move(shape)); }

std::string refusal(const char* metric, const DataItem& item, bool labels_from_float = false) {
  try {
    require_truth(*make_metric(metric), item, labels_from_float);
  } catch (const Error& error) {
    return error.message() + "\n" + error.hint();
  }
  return "";
}

TEST(MetricSample, HasNoAxisThatCountsSamples) {
  DataItem item{"a", {}, {}};
  item.target = floats({1, 2, 3, 4}, {2, 1, 2});
  const SampleTensors second = tensors_of_sample({{"y", floats({5, 6, 7, 8}, {2, 2})}}, item, 1, 2);
  EXPECT_EQ(second.outputs.at(0).value, floats({7, 8}, {2}));
  EXPECT_EQ(*second.target, floats({3, 4}, {1, 2}));
}

TEST(MetricSample, TakesOutputsWholeWhereThereIsOneSample) {
  const SampleTensors only =
      tensors_of_sample({{"boxes", floats({1, 2, 3, 4, 5, 6, 7, 8}, {2, 4})}}, {"a", {}, {}}, 0, 1);
  EXPECT_EQ(only.outputs.at(0).value.shape(), (Shape{2, 4}));
  EXPECT_FALSE(only.target);
  EXPECT_TRUE(tensors_of_sample({{"y", floats({1, 2, 3}, {3})}}, {"a", {}, {}}, 0, 2).outputs.empty());
}

TEST(MetricSample, HasTheClassAsTargetWhereThereIsNoOther) {
  const DataItem item{"a", {}, {4, 9}};
  EXPECT_EQ(*tensors_of_sample({}, item, 1, 2).target, Tensor::from(std::vector<std::int64_t>{9}, {}));
}

TEST(RequireTruth, AsksForWhatTheMetricNeeds) {
  const DataItem nothing{"a", {}, {}};
  const DataItem classes{"a", {}, {4}};
  DataItem numbers = nothing;
  numbers.target = floats({0.5F}, {1});
  EXPECT_EQ(refusal("mse", nothing), "");
  EXPECT_EQ(refusal("top1", classes) + refusal("f1", classes) + refusal("mae", classes), "");
  EXPECT_EQ(refusal("rmse", numbers), "");
  EXPECT_THAT(refusal("top1", nothing), HasSubstr("needs labels, and the data has none"));
  EXPECT_THAT(refusal("rmse", nothing), HasSubstr("needs labels, and the data has none"));
  EXPECT_THAT(refusal("auc", numbers), HasSubstr("the labels are fp32 of shape 1"));
}

TEST(RequireTruth, TakesClassesButNoTargetsFromFloat) {
  const DataItem nothing{"a", {}, {}};
  EXPECT_EQ(refusal("f1", nothing, true), "");
  EXPECT_THAT(refusal("rmse", nothing, true), HasSubstr("targets of the data"));
}

}  // namespace
}  // namespace halftone

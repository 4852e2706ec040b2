#include "data/describe.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DataItem item(const std::string& id, std::vector<float> values, std::vector<std::int64_t> labels = {}) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {id, {{"x", Tensor::from(std::move(values), {1, count})}}, std::move(labels)};
}

DataDescription describe(std::vector<DataItem> items, const std::vector<TensorSignature>& signatures = {},
                         std::size_t max_items = 100) {
  return describe_data(std::make_shared<MemorySource>(std::move(items)), signatures, max_items, 0);
}

TEST(DescribeData, GivesMomentsAndExtremesOverAllItems) {
  const DataDescription data = describe({item("a", {0.5, 1.5}, {3}), item("b", {-2, 4}, {3}), item("c", {1, 1}, {7})});
  EXPECT_EQ(data.items, 3u);
  ASSERT_EQ(data.inputs.size(), 1u);
  const InputDescription& input = data.inputs[0];
  EXPECT_EQ(input.shape, (Shape{1, 2}));
  EXPECT_EQ(input.count, 6u);
  EXPECT_EQ(input.min, -2);
  EXPECT_EQ(input.max, 4);
  // Sum 6; squares of the deviations from 1: .25 + .25 + 9 + 9.
  EXPECT_DOUBLE_EQ(input.mean, 1);
  EXPECT_DOUBLE_EQ(input.deviation, std::sqrt(18.5 / 6));
  EXPECT_THAT(data.labels, ElementsAre(std::pair(3, 2u), std::pair(7, 1u)));
  EXPECT_THAT(data.warnings, IsEmpty());
  EXPECT_THAT(data.mismatches, IsEmpty());
}

TEST(DescribeData, LooksAtNoMoreItemsThanAsked) {
  EXPECT_EQ(describe({item("a", {1, 2}), item("b", {3, 4}), item("c", {5, 6})}, {}, 2).items, 2u);
}

TEST(DescribeData, MarksExtentsThatDiffer) {
  EXPECT_EQ(describe({item("a", {1, 2}), item("b", {1, 2, 3})}).inputs[0].shape, (Shape{1, -1}));
}

TEST(DescribeData, CountsWhatIsNotFiniteApart) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const DataDescription data = describe({item("a", {nan, 1, infinity, -infinity, 2.5})});
  EXPECT_EQ(data.inputs[0].nan_count, 1u);
  EXPECT_EQ(data.inputs[0].infinite_count, 2u);
  EXPECT_EQ(data.inputs[0].max, 2.5);
  EXPECT_THAT(data.warnings, ElementsAre(HasSubstr("1 NaN"), HasSubstr("2 infinities")));
}

TEST(DescribeData, AsksAboutRawPixelsOnly) {
  EXPECT_THAT(describe({item("a", {0, 17, 255})}).warnings, ElementsAre(HasSubstr("does the model take raw pixels?")));
  EXPECT_THAT(describe({item("a", {0, 17, 254.5})}).warnings, IsEmpty());
  EXPECT_THAT(describe({item("a", {-104, 17, 151})}).warnings, IsEmpty());
  EXPECT_THAT(describe({item("a", {0, 1, 8})}).warnings, IsEmpty());
  EXPECT_THAT(describe({item("a", {0, 17, 1000})}).warnings, IsEmpty());
  const Tensor ids = Tensor::from(std::vector<std::int64_t>{3, 200}, {1, 2});
  EXPECT_THAT(describe({{"a", {{"ids", ids}}, {}}}).warnings, IsEmpty());
}

TEST(DescribeData, WarnsOfConstantInputsAndLabels) {
  EXPECT_THAT(describe({item("a", {0, 0}, {4}), item("b", {0, 0}, {4})}).warnings,
              ElementsAre(HasSubstr("is constant"), HasSubstr("all labels are 4")));
}

TEST(DescribeData, DescribesTruthThatIsNoClass) {
  std::vector<DataItem> items{item("a", {1, 2}), item("b", {3, 4})};
  items[0].target = Tensor::from(std::vector{0.5F, 1.5F}, {1, 2});
  items[1].target = Tensor::from(std::vector{4.0F}, {1, 1});
  const DataDescription data = describe(items);
  ASSERT_TRUE(data.target);
  EXPECT_EQ(data.target->name, "label");
  EXPECT_EQ(data.target->shape, (Shape{1, -1}));
  EXPECT_EQ(data.target->count, 3u);
  EXPECT_EQ(data.target->max, 4);
  EXPECT_DOUBLE_EQ(data.target->mean, 2);
  EXPECT_THAT(data.labels, IsEmpty());
  EXPECT_FALSE(describe({item("a", {1, 2}, {3})}).target) << "classes are counted";
}

TEST(DescribeData, WarnsOfTruthThatSaysNothing) {
  std::vector<DataItem> items{item("a", {1, 2}), item("b", {3, 4})};
  items[0].target = items[1].target = Tensor::from(std::vector{2.0F}, {1});
  EXPECT_THAT(describe(items).warnings, ElementsAre(HasSubstr("labels are constant")));
  items[1].target = Tensor::from(std::vector{std::numeric_limits<float>::quiet_NaN()}, {1});
  EXPECT_THAT(describe(items).warnings, ElementsAre(HasSubstr("labels have 1 NaN")));
}

TEST(DescribeData, TellsEachMismatchOnceAndStillDescribesTheData) {
  const DataDescription data =
      describe({item("a", {1, 2.5}), item("b", {1, 2.5}), item("c", {1, 2, 3.5})}, {{"x", DType::f32, Shape{-1, 4}}});
  EXPECT_THAT(data.mismatches, testing::UnorderedElementsAre(HasSubstr("wants ?x4, the data are 1x2"),
                                                             HasSubstr("wants ?x4, the data are 1x3")));
  EXPECT_EQ(data.inputs[0].shape, (Shape{1, -1}));
  EXPECT_EQ(data.items, 3u);
}

TEST(DescribeData, NamesInputsAsTheModelDoes) {
  EXPECT_EQ(describe({item("a", {1, 2.5})}, {{"data", DType::f32, Shape{-1, 2}}}).inputs[0].name, "data");
}

TEST(DescribeData, DescribesStringsWithoutNumbers) {
  const Tensor words = Tensor::from(std::vector<std::string>{"a", "b"}, {2});
  const DataDescription data = describe({{"a", {{"words", words}}, {}}});
  EXPECT_EQ(data.inputs[0].dtype, DType::string);
  EXPECT_EQ(data.inputs[0].count, 0u);
}

TEST(DescribeData, RefusesNothing) {
  EXPECT_EQ(error_of([] { describe({}); }).code(), ErrorCode::invalid_data);
}

}  // namespace
}  // namespace halftone

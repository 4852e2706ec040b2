#include "data/npz_source.h"

#include <gmock/gmock.h>

#include "data/test_fixtures.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Tensor floats(std::vector<float> values, Shape shape) { return Tensor::from(std::move(values), std::move(shape)); }
Tensor longs(std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return Tensor::from(std::move(values), {count});
}

class Npz : public testing::Test {
 protected:
  std::string save(const NamedTensors& arrays, const std::string& name = "data.npz") const {
    save_npz(folder_ / name, arrays);
    return folder_ / name;
  }
  TemporaryFolder folder_;
};

TEST_F(Npz, GivesOneSampleForEachIndexOfTheFirstAxis) {
  const auto source =
      open_data("npz:" + save({{"x", floats({1, 2, 3, 4, 5, 6}, {3, 2})}, {"label", longs({7, 8, 9})}}));
  EXPECT_EQ(source->size(), 3u);
  EXPECT_EQ(source->id(1), "1");
  EXPECT_EQ(source->label(1), 8);
  const DataItem item = source->item(1);
  EXPECT_EQ(item.id, "1");
  EXPECT_THAT(item.labels, ElementsAre(8));
  ASSERT_EQ(item.inputs.size(), 1u);
  EXPECT_EQ(item.inputs[0].name, "x");
  EXPECT_EQ(item.inputs[0].value, floats({3, 4}, {1, 2}));
  EXPECT_EQ(error_of([&] { source->item(3); }).code(), ErrorCode::invalid_argument);
}

TEST_F(Npz, GivesScalarsWithEverySample) {
  const auto source = open_data("npz:" + save({{"rate", floats({16000}, {})}, {"x", floats({1, 2}, {2, 1})}}));
  EXPECT_EQ(source->size(), 2u);
  EXPECT_EQ(*find_tensor(source->item(1).inputs, "rate"), floats({16000}, {}));
  EXPECT_EQ(*find_tensor(source->item(1).inputs, "x"), floats({2}, {1, 1}));
  EXPECT_EQ(source->item(1).samples(), 1u);
  EXPECT_EQ(source->label(0), std::nullopt);
}

TEST_F(Npz, ChoosesInputsAndLabelsByName) {
  const std::string file = save({{"train_x", floats({1, 2, 3}, {3, 1})},
                                 {"test_x", floats({4, 5}, {2, 1})},
                                 {"test_y", Tensor::from(std::vector<std::uint8_t>{1, 0}, {2, 1})}});
  const auto source = open_data("npz:" + file + ",inputs=test_x,labels=test_y");
  EXPECT_EQ(source->size(), 2u);
  EXPECT_EQ(source->item(0).inputs.size(), 1u);
  EXPECT_THAT(source->item(0).labels, ElementsAre(1));

  const Error disagree = error_of([&] { open_data("npz:" + file); });
  EXPECT_EQ(disagree.code(), ErrorCode::invalid_data);
  EXPECT_THAT(disagree.message(), testing::AllOf(HasSubstr("3x1"), HasSubstr("2x1")));
  EXPECT_THAT(disagree.hint(), HasSubstr("inputs="));

  const Error missing = error_of([&] { open_data("npz:" + file + ",labels=test_z"); });
  EXPECT_THAT(missing.message(), HasSubstr("it has: train_x, test_x, test_y"));
  EXPECT_THAT(missing.hint(), HasSubstr("'test_"));
}

TEST_F(Npz, ReadsLabelsOfEveryIntegerType) {
  const auto label_of = [&](const Tensor& labels) {
    return open_data("npz:" + save({{"x", floats({1}, {1})}, {"label", labels}}))->label(0);
  };
  EXPECT_EQ(label_of(Tensor::from(std::vector<std::int8_t>{-3}, {1})), -3);
  EXPECT_EQ(label_of(Tensor::from(std::vector<std::uint32_t>{4000000000u}, {1})), 4000000000);
  const bool yes = true;
  EXPECT_EQ(label_of(Tensor(DType::boolean, {1}, nullptr, &yes, 1)), 1);
}

TEST_F(Npz, GivesTruthOfAnyTypeAndShape) {
  const auto item_of = [&](const Tensor& labels) {
    return open_data("npz:" + save({{"x", floats({1, 2}, {2})}, {"label", labels}}))->item(1);
  };
  const DataItem number = item_of(floats({0.5, 1.5}, {2}));
  EXPECT_THAT(number.labels, IsEmpty());
  EXPECT_EQ(*number.target, floats({1.5}, {1}));
  const DataItem map = item_of(longs({1, 2, 3, 4}).reshaped({2, 2}));
  EXPECT_THAT(map.labels, IsEmpty());
  EXPECT_EQ(*map.target, longs({3, 4}).reshaped({1, 2}));
  const DataItem class_ = item_of(longs({7, 8}).reshaped({2, 1}));
  EXPECT_THAT(class_.labels, ElementsAre(8));
  EXPECT_EQ(*class_.target, longs({8}).reshaped({1, 1}));
  EXPECT_EQ(class_.inputs.size(), 1u) << "the truth is no input";
}

TEST_F(Npz, HasNoClassWhereTheTruthIsNone) {
  const auto source = open_data("npz:" + save({{"x", floats({1, 2}, {2})}, {"label", floats({0.5, 1.5}, {2})}}));
  EXPECT_EQ(source->label(0), std::nullopt);
  EXPECT_EQ(select_items(*source, 1, 0).size(), 1u);
}

TEST_F(Npz, RefusesLabelsThatDoNotCountTheSamples) {
  const std::vector<Tensor> bad{floats({1, 2, 3}, {3}), longs({1}), longs({1, 2}).reshaped({1, 2}),
                                longs({1}).reshaped({}), Tensor::from(std::vector<std::uint64_t>{~0ull, 1}, {2})};
  for (const Tensor& labels : bad) {
    const std::string file = save({{"x", floats({1, 2}, {2})}, {"label", labels}});
    EXPECT_EQ(error_of([&] { open_data("npz:" + file); }).code(), ErrorCode::invalid_data);
  }
}

TEST_F(Npz, RefusesFilesWithoutSamples) {
  EXPECT_EQ(error_of([&] { open_data("npz:" + save({{"label", longs({1})}})); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([&] { open_data("npz:" + save({{"x", floats({1}, {})}})); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([&] { open_data("npz:" + (folder_ / "none.npz")); }).code(), ErrorCode::io);
  EXPECT_EQ(error_of([&] { open_data("npz:" + folder_.write("bad.npz", "no archive")); }).code(),
            ErrorCode::invalid_data);
  const auto empty = open_data("npz:" + save({{"x", floats({}, {0, 4})}}));
  EXPECT_EQ(empty->size(), 0u);
  EXPECT_EQ(error_of([&] { select_items(*empty, std::nullopt, 0); }).code(), ErrorCode::invalid_data);
}

TEST_F(Npz, FingerprintIsOfTheContentAndTheChoice) {
  const NamedTensors arrays{{"x", floats({1}, {1})}, {"y", longs({1})}};
  const std::string a = save(arrays, "a.npz");
  const std::string b = save(arrays, "b.npz");
  EXPECT_EQ(open_data("npz:" + a)->fingerprint(), open_data("npz:" + b)->fingerprint());
  EXPECT_NE(open_data("npz:" + a)->fingerprint(), open_data("npz:" + a + ",labels=y")->fingerprint());
  save({{"x", floats({2}, {1})}, {"y", longs({1})}}, "b.npz");
  EXPECT_NE(open_data("npz:" + a)->fingerprint(), open_data("npz:" + b)->fingerprint());
}

TEST_F(Npz, BatchesAreTheFilesOfAFolderInTheOrderOfTheirNames) {
  save({{"x", floats({3, 4}, {2, 1})}, {"label", longs({1, 2})}}, "b.npz");
  save({{"x", floats({1}, {1, 1})}, {"label", longs({5})}}, "a.npz");
  folder_.write("notes.txt", "no batch");
  const auto source = open_data("batches:" + folder_.path());
  EXPECT_EQ(source->size(), 2u);
  EXPECT_EQ(source->id(0), "a.npz");
  EXPECT_EQ(source->item(1).samples(), 2u);
  EXPECT_THAT(source->item(1).labels, ElementsAre(1, 2));
  EXPECT_EQ(source->label(0), std::nullopt);
  const auto stream = source->stream();
  EXPECT_EQ(stream->next()->id, "a.npz");
  EXPECT_EQ(stream->next()->id, "b.npz");
  EXPECT_FALSE(stream->next());
}

TEST_F(Npz, BatchesHaveTruthOfAnyTypeAndShape) {
  save({{"x", floats({3, 4}, {2, 1})}, {"label", floats({1, 2, 3, 4}, {2, 2})}}, "a.npz");
  const DataItem item = open_data("batches:" + folder_.path())->item(0);
  EXPECT_THAT(item.labels, IsEmpty());
  EXPECT_EQ(*item.target, floats({1, 2, 3, 4}, {2, 2}));
}

TEST_F(Npz, BatchesMustBeThere) {
  EXPECT_EQ(error_of([&] { open_data("batches:" + folder_.path()); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([&] { open_data("batches:" + (folder_ / "none")); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace halftone

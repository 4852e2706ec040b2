#include "adaptor/tensor_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;

Tensor numbers(std::vector<float> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return Tensor::from(std::move(values), {count});
}

TEST(TensorSink, KeepsCopiesInMemoryByOpAndName) {
  std::map<std::string, std::vector<std::string>> names;
  TensorSink sink("", 1, names);
  std::vector<float> borrowed{1, 2};
  sink.add({"a", "b"}, "t", Tensor(DType::f32, {2}, nullptr, borrowed.data(), 8));
  borrowed = {0, 0};
  EXPECT_EQ(sink.commit(), std::nullopt);
  const TensorsByOp kept = sink.take();
  EXPECT_EQ(kept.at("a").at("t"), numbers({1, 2}));
  EXPECT_EQ(kept.at("b").at("t"), numbers({1, 2}));
  EXPECT_THAT(names, ElementsAre(Pair("a", ElementsAre("t")), Pair("b", ElementsAre("t"))));
}

TEST(TensorSink, NumbersTheTurnsOfALoop) {
  std::map<std::string, std::vector<std::string>> names;
  TensorSink sink("", 1, names);
  for (const float turn : {1, 2, 3}) sink.add({"a"}, "t", numbers({turn}));
  EXPECT_EQ(sink.take().at("a").at("t#3"), numbers({3}));
  EXPECT_THAT(names.at("a"), ElementsAre("t", "t#2", "t#3"));
}

TEST(TensorSink, WritesAnArchiveInTheWiderTypeWhereNumpyLacksTheOwn) {
  const fs::path path = fs::path(testing::TempDir()) / "sink.npz";
  std::map<std::string, std::vector<std::string>> names;
  TensorSink sink(path, 3, names);
  const std::vector<std::uint16_t> halves{0x3F80, 0xC000};  // 1 and -2
  sink.add({"a"}, "brain", Tensor(DType::bf16, {2}, nullptr, halves.data(), 4));
  sink.add({"a"}, "bytes", Tensor::from(std::vector<std::int8_t>{5}, {1}));
  EXPECT_FALSE(fs::exists(path)) << "nothing half-written";
  const auto file = sink.commit();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->iteration, 3);
  EXPECT_EQ(file->tensors, 2U);
  EXPECT_EQ(file->bytes, 5U);
  const NamedTensors arrays = load_npz(path);
  EXPECT_EQ(*find_tensor(arrays, "brain"), numbers({1, -2}));
  EXPECT_EQ(find_tensor(arrays, "bytes")->dtype(), DType::s8);
  fs::remove(path);
}

TEST(TensorSink, WritesNoFileForNothing) {
  const fs::path path = fs::path(testing::TempDir()) / "empty_sink.npz";
  std::map<std::string, std::vector<std::string>> names;
  TensorSink sink(path, 1, names);
  sink.add({}, "unread", numbers({1}));
  EXPECT_EQ(sink.commit(), std::nullopt);
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace halftone

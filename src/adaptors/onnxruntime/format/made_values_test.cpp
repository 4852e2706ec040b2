#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "adaptors/onnxruntime/format/tensor_places.h"
#include "adaptors/onnxruntime/passes/quantized_constants.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "base/file.h"
#include "base/sha256.h"
#include "halftone/error.h"

namespace halftone::onnxruntime::testing {
namespace {

constexpr std::size_t kMakers = 9;
const Shape kShape{2'000};

Tensor bytes_of(std::size_t seed) {
  std::vector<std::uint8_t> values(2'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * 31 + seed);
  return Tensor::from(std::move(values), kShape);
}

std::string name_of(std::size_t maker, std::size_t index) {
  return "w" + std::to_string(maker) + "_" + std::to_string(index);
}

/// Constants of makers that give two values each, and that count how often they are called; those after the first take
/// less and less time.
OnnxModel model_of_makers(std::atomic<int>& calls) {
  OnnxModel model = ModelBuilder().input("x", {2}).node("Relu", {"x"}, {"y"}).output("y").build();
  for (std::size_t m = 0; m < kMakers; ++m) {
    const auto maker = std::make_shared<const ValueMaker>([m, &calls] {
      ++calls;
      std::this_thread::sleep_for(std::chrono::microseconds(200 * (kMakers - m)));
      return ValueMaker::Values{bytes_of(2 * m), bytes_of(2 * m + 1)};
    });
    for (const std::size_t index : {0U, 1U}) {
      model.graph.initializers.push_back(made_constant(model, name_of(m, index), {DType::u8, kShape}, maker, index));
    }
  }
  return model;
}

std::string gathered(const OnnxModel& model, int threads) {
  std::string all;
  serialize(model, Weights::inside).for_each(*model.files, threads, [&](std::string_view piece) { all += piece; });
  return all;
}

void expect_values_of_makers(const OnnxModel& model) {
  for (std::size_t m = 0; m < kMakers; ++m) {
    for (const std::size_t index : {0U, 1U}) EXPECT_EQ(constant_of(model, name_of(m, index)), bytes_of(2 * m + index));
  }
}

class Folder : public ::testing::Test {
 protected:
  Folder() : path_(std::filesystem::path(::testing::TempDir()) / ("made_values." + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() override { std::filesystem::remove_all(path_); }
  std::filesystem::path path_;
};
class MadeValues : public Folder {};

TEST_F(MadeValues, AreMadeWhenTheyAreReadAndNotBefore) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(constant_of(model, "w3_1"), bytes_of(7));
  EXPECT_EQ(calls, 1);
}

TEST_F(MadeValues, AreMadeOnceAsLongAsSomebodyHoldsOne) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  {
    const Tensor held = constant_of(model, "w3_0");
    EXPECT_EQ(constant_of(model, "w3_1"), bytes_of(7));
    EXPECT_EQ(calls, 1);
  }
  constant_of(model, "w3_1");
  EXPECT_EQ(calls, 2) << "nobody held them any more";
}

TEST_F(MadeValues, GiveTheSameBytesForAnyNumberOfThreads) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  const std::string whole = write_model(model);
  EXPECT_EQ(calls, kMakers) << "neighbours are made together";
  EXPECT_EQ(serialize(model, Weights::inside).size(), whole.size());
  for (const int threads : {1, 2, 5, 20}) EXPECT_EQ(gathered(model, threads), whole) << threads << " threads";
  EXPECT_EQ(calls, 5 * kMakers);
  expect_values_of_makers(read_bytes(whole));
}

TEST_F(MadeValues, AreSeenInOrderByEachOfSeveralVisitors) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  const std::string whole = write_model(model);
  for (const int threads : {1, 2, 5}) {
    std::string first, second;
    const std::vector<ModelBytes::Visitor> visitors{[&](std::string_view piece) { first += piece; },
                                                    [&](std::string_view piece) { second += piece; }};
    serialize(model, Weights::inside).for_each(*model.files, threads, visitors);
    EXPECT_EQ(first, whole) << threads << " threads";
    EXPECT_EQ(second, whole) << threads << " threads";
  }
}

TEST_F(MadeValues, ThatAVisitorFailsOverEndTheWorkWithThatFailure) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  const std::vector<ModelBytes::Visitor> visitors{
      [](std::string_view) {}, [](std::string_view) { throw Error(ErrorCode::io, "the disk is full"); }};
  for (const int threads : {1, 4}) {
    const Error error = error_of([&] { serialize(model, Weights::inside).for_each(*model.files, threads, visitors); });
    EXPECT_EQ(error.message(), "the disk is full") << threads << " threads";
  }
}

TEST_F(MadeValues, ThatCannotBeMadeEndTheWorkWithTheFirstFailure) {
  std::atomic<int> calls = 0;
  OnnxModel model = model_of_makers(calls);
  for (const std::size_t index : {12U, 6U}) {
    const std::string why = "number " + std::to_string(index);
    model.graph.initializers[index].made->maker = std::make_shared<const ValueMaker>(
        [why]() -> ValueMaker::Values { throw Error(ErrorCode::invalid_data, why); });
  }
  for (const int threads : {1, 4}) {
    const Error error = error_of([&] { gathered(model, threads); });
    EXPECT_EQ(error.message(), "number 6") << threads << " threads";
  }
}

TEST_F(MadeValues, OfAConstantAreMadeOfItsValue) {
  OnnxModel model = ModelBuilder().input("x", {2}).floats("w", {1, 2, 3}, {3}).node("Relu", {"x"}, {"y"}).build();
  const auto maker = make_from_constant(model, *model.find_initializer("w"),
                                        [](const Tensor& value) { return ValueMaker::Values{value.rows(1, 2)}; });
  model.graph.initializers.push_back(made_constant(model, "part", {DType::f32, {2}}, maker, 0));
  EXPECT_EQ(constant_of(model, "part"), Tensor::from<float>({2, 3}, {2}));
}

TEST_F(MadeValues, AreWrittenIntoTheOneFileOfAModelThatFits) {
  std::atomic<int> calls = 0;
  const OnnxModel model = model_of_makers(calls);
  const std::string sha256 = save_model(model, path_ / "m.onnx", silent_progress());
  EXPECT_EQ(read_file(path_ / "m.onnx"), write_model(model));
  EXPECT_EQ(sha256, sha256_of_file(path_ / "m.onnx"));
  EXPECT_FALSE(std::filesystem::exists(path_ / "m.onnx.data"));
}

TEST_F(MadeValues, AreWrittenBesideAModelThatIsTooLarge) {
  std::atomic<int> calls = 0;
  OnnxModel model = model_of_makers(calls);
  const auto small =
      std::make_shared<const ValueMaker>([] { return ValueMaker::Values{Tensor::from<float>({5}, {})}; });
  model.graph.initializers.push_back(made_constant(model, "small", {DType::f32, {}}, small, 0));
  const Tensor held = bytes_of(99);
  model.graph.initializers.push_back({"held", model.keep(write_tensor("held", held))});
  const std::string sha256 = save_model(model, path_ / "m.onnx", silent_progress(), /*largest_message=*/5'000);
  EXPECT_EQ(sha256, sha256_of_file(path_ / "m.onnx")) << "of the one file that is the model";

  const OnnxModel read = read_model_file(path_ / "m.onnx");
  expect_values_of_makers(read);
  EXPECT_EQ(constant_of(read, "held"), held);
  EXPECT_EQ(constant_of(read, "small"), Tensor::from<float>({5}, {}));
  EXPECT_FALSE(find_places(read.find_initializer("small")->message).external) << "not worth a place of its own";
  const auto place = find_places(read.find_initializer("w3_1")->message).external;
  ASSERT_TRUE(place);
  EXPECT_EQ(place->location, "m.onnx.data");
  EXPECT_EQ(place->offset % 64, 0U) << "can be used where it is mapped";
  EXPECT_EQ(place->length, 2'000U);
}

TEST_F(MadeValues, ThatFailLeaveNoFileBehind) {
  std::atomic<int> calls = 0;
  OnnxModel model = model_of_makers(calls);
  model.graph.initializers.back().made->maker = std::make_shared<const ValueMaker>(
      []() -> ValueMaker::Values { throw Error(ErrorCode::invalid_data, "a weight holds NaN"); });
  EXPECT_EQ(error_of([&] { save_model(model, path_ / "m.onnx", silent_progress()); }).message(), "a weight holds NaN");
  EXPECT_TRUE(std::filesystem::is_empty(path_));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing

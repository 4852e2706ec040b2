#include "data/random_source.h"

#include <gmock/gmock.h>

#include <cmath>

#include "data/split_mix.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::HasSubstr;

std::vector<float> values_of(DType dtype, std::int64_t count) {
  return open_data("random", {{"x", dtype, Shape{-1, count}}})->item(0).inputs[0].value.to_floats();
}

// The first outputs for the seed 1234567 in the generator's public test vector.
TEST(SplitMix64, GivesItsPublishedNumbers) {
  SplitMix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(SplitMix64, IsUniformBelowABound) {
  SplitMix64 random(5);
  std::vector<int> counts(3);
  for (int i = 0; i < 30000; ++i) ++counts[random.below(3)];
  // Standard deviation of a count: sqrt(30000 * 1/3 * 2/3) = 82.
  for (const int count : counts) EXPECT_NEAR(count, 10000, 5 * 82);
}

TEST(Random, MakesWhatTheModelTakesWithUnknownExtentsOne) {
  const auto source = open_data("random:7", {{"a", DType::f32, Shape{-1, 3, -1, 4}},
                                             {"ids", DType::s64, Shape{2, 5}},
                                             {"rate", DType::s32, Shape{}},
                                             {"mask", DType::boolean, Shape{8}},
                                             {"nibbles", DType::u4, Shape{5}}});
  EXPECT_EQ(source->size(), 256u);
  const DataItem item = source->item(9);
  EXPECT_EQ(item.inputs[0].value.shape(), (Shape{1, 3, 1, 4}));
  EXPECT_EQ(item.inputs[1].value.dtype(), DType::s64);
  EXPECT_EQ(item.inputs[2].value.shape(), Shape{});
  EXPECT_EQ(item.inputs[3].value.size_bytes(), 8u);
  EXPECT_EQ(item.inputs[4].value.size_bytes(), 3u);
  for (const std::int64_t id : item.inputs[1].value.values<std::int64_t>()) EXPECT_TRUE(id >= 0 && id <= 9) << id;
  EXPECT_EQ(error_of([&] { source->item(256); }).code(), ErrorCode::invalid_argument);
}

TEST(Random, IsAFunctionOfSeedAndIndex) {
  const std::vector<TensorSignature> signatures{{"x", DType::f32, Shape{1, 8}}};
  const auto a = open_data("random:7", signatures);
  const auto b = open_data("random:7", signatures);
  const auto other = open_data("random:8", signatures);
  b->item(3);
  EXPECT_EQ(a->item(5).inputs[0].value, b->item(5).inputs[0].value);
  EXPECT_FALSE(a->item(5).inputs[0].value == a->item(6).inputs[0].value);
  EXPECT_FALSE(a->item(5).inputs[0].value == other->item(5).inputs[0].value);
  EXPECT_EQ(a->fingerprint(), b->fingerprint());
  EXPECT_NE(a->fingerprint(), other->fingerprint());
}

TEST(Random, FloatsAreNormalInEveryPrecision) {
  for (const DType dtype : {DType::f32, DType::f64, DType::f16, DType::bf16}) {
    const std::vector<float> values = values_of(dtype, 20000);
    double sum = 0;
    double squares = 0;
    int within_one = 0;
    for (const float value : values) {
      sum += value;
      squares += static_cast<double>(value) * value;
      within_one += std::abs(value) < 1 ? 1 : 0;
    }
    // Five standard deviations: 1/sqrt(n), sqrt(2/n), sqrt(0.683 * 0.317 / n).
    EXPECT_NEAR(sum / 20000, 0, 5 * 0.0071) << to_string(dtype);
    EXPECT_NEAR(squares / 20000, 1, 5 * 0.01) << to_string(dtype);
    EXPECT_NEAR(within_one / 20000.0, 0.6827, 5 * 0.0033) << to_string(dtype);
  }
}

TEST(Random, RoundsToTheNearestHalf) {
  const std::vector<float> exact = values_of(DType::f32, 2000);
  const std::vector<float> half = values_of(DType::f16, 2000);
  const std::vector<float> bfloat = values_of(DType::bf16, 2000);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const float spacing = std::exp2(std::floor(std::log2(std::abs(exact[i]))) - 10);
    EXPECT_LE(std::abs(half[i] - exact[i]), std::max(spacing, 0x1p-24f) / 2);
    EXPECT_LE(std::abs(bfloat[i] - exact[i]), spacing * 8 / 2);
  }
}

TEST(Random, NeedsAModelAndASeed) {
  EXPECT_EQ(error_of([] { open_data("random"); }).code(), ErrorCode::configuration);
  for (const char* spec : {"random:x", "random:-1", "random:1.5", "random:99999999999999999999"}) {
    EXPECT_EQ(error_of([&] { open_data(spec, {{"x", DType::f32, Shape{1}}}); }).code(), ErrorCode::configuration);
  }
}

TEST(Random, RefusesInputsItCannotMake) {
  const auto error_for = [](DType dtype, std::optional<Shape> shape) {
    return error_of([&] { open_data("random", {{"x", dtype, std::move(shape)}}); });
  };
  EXPECT_THAT(error_for(DType::f32, std::nullopt).message(), HasSubstr("'x' has an unknown rank"));
  EXPECT_EQ(error_for(DType::string, Shape{1}).code(), ErrorCode::unsupported);
  EXPECT_EQ(error_for(DType::f32, Shape{1, 1000000, 1000000}).code(), ErrorCode::unsupported);
  EXPECT_EQ(error_for(DType::f32, Shape{1, std::int64_t{1} << 62, 8}).code(), ErrorCode::invalid_data);
}

}  // namespace
}  // namespace halftone

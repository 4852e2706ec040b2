#include "halftone/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/thrown_error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A tensor over `values`, which outlive it.
template <typename T, std::size_t N>
Tensor over(const std::array<T, N>& values, DType dtype, Shape shape) {
  return Tensor(dtype, std::move(shape), nullptr, values.data(), sizeof(values));
}

TEST(DType, NamesAndWidthsAreThoseOfTheDesign) {
  EXPECT_EQ(to_string(DType::f32), "fp32");
  EXPECT_EQ(to_string(DType::bf16), "bf16");
  EXPECT_EQ(to_string(DType::s8), "int8");
  EXPECT_EQ(to_string(DType::boolean), "bool");
  EXPECT_EQ(to_string(DType::u4), "uint4");
  EXPECT_EQ(bit_width(DType::f64), 64);
  EXPECT_EQ(bit_width(DType::s4), 4);
  EXPECT_EQ(bit_width(DType::string), 0);
}

TEST(DType, EveryNameIsReadBack) {
  for (int i = 0; i <= static_cast<int>(DType::u4); ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(parse_dtype(to_string(dtype)), dtype);
  }
  EXPECT_EQ(parse_dtype("float32"), std::nullopt);
  EXPECT_EQ(parse_dtype(""), std::nullopt);
}

TEST(Shape, IsWrittenWithUnknownExtentsAsQuestionMarks) {
  EXPECT_EQ(to_string(Shape{1, 3, 224, 224}), "1x3x224x224");
  EXPECT_EQ(to_string(Shape{-1, 128}), "?x128");
  EXPECT_EQ(to_string(Shape{}), "scalar");
  EXPECT_EQ(to_string(Shape{0}), "0");
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(element_count({}), 1U);
  EXPECT_EQ(element_count({2, 3, 4}), 24U);
  EXPECT_EQ(element_count({2, 0, 4}), 0U);
}

TEST(Shape, WithoutACountIsAnError) {
  EXPECT_EQ(thrown_error([] { element_count({2, -1}); }).code(), ErrorCode::invalid_data);
  const std::int64_t huge = std::int64_t{1} << 40;
  EXPECT_THAT(thrown_error([=] { element_count({huge, huge}); }).message(), HasSubstr("too large"));
}

TEST(Tensor, IsEmptyByDefault) {
  const Tensor tensor;
  EXPECT_EQ(tensor.dtype(), DType::f32);
  EXPECT_THAT(tensor.shape(), ElementsAre(0));
  EXPECT_TRUE(tensor.values<float>().empty());
}

TEST(Tensor, TakesTheStorageOfAVector) {
  std::vector<float> values{1, 2, 3, 4, 5, 6};
  const void* const storage = values.data();
  const Tensor tensor = Tensor::from(std::move(values), {2, 3});
  EXPECT_EQ(tensor.data(), storage);
  EXPECT_EQ(tensor.size(), 6U);
  EXPECT_EQ(tensor.size_bytes(), 24U);
  EXPECT_THAT(tensor.values<float>(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Tensor, RefusesAShapeThatDoesNotFitItsBytes) {
  const Error error = thrown_error([] { Tensor::from(std::vector<float>(5), {2, 3}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_EQ(error.message(), "a tensor of shape 2x3 and type fp32 needs 24 bytes; 20 were given");
  EXPECT_EQ(thrown_error([] { Tensor(DType::u8, {4}, nullptr, nullptr, 4); }).code(), ErrorCode::invalid_data);
  const std::int64_t huge = std::int64_t{1} << 61;
  EXPECT_EQ(thrown_error([=] { Tensor(DType::f64, {huge}, nullptr, nullptr, 0); }).code(), ErrorCode::invalid_data);
}

TEST(Tensor, RefusesToBeReadAsAnotherType) {
  const Tensor tensor = Tensor::from(std::vector<std::int8_t>{1}, {1});
  EXPECT_EQ(thrown_error([&] { tensor.values<float>(); }).message(), "a tensor holds int8 where fp32 is expected");
}

TEST(Tensor, CopiesDataThatAreNotAligned) {
  alignas(8) std::array<std::byte, 12> bytes{};
  bytes[3] = std::byte{0x80};
  bytes[4] = std::byte{0x3F};
  const Tensor tensor(DType::f32, {1}, nullptr, bytes.data() + 1, 4);
  EXPECT_NE(tensor.data(), bytes.data() + 1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % 4, 0U);
  EXPECT_THAT(tensor.values<float>(), ElementsAre(1.0F));
  const Tensor aligned(DType::f32, {1}, nullptr, bytes.data(), 4);
  EXPECT_EQ(aligned.data(), bytes.data());
}

TEST(Tensor, IsReshapedWithoutACopy) {
  const Tensor tensor = Tensor::from(std::vector<std::int32_t>{1, 2, 3, 4}, {4});
  const Tensor square = tensor.reshaped({2, 2});
  EXPECT_EQ(square.data(), tensor.data());
  EXPECT_THAT(square.shape(), ElementsAre(2, 2));
  EXPECT_EQ(thrown_error([&] { tensor.reshaped({3}); }).code(), ErrorCode::invalid_data);
}

TEST(Tensor, RowsShareStorage) {
  const Tensor tensor = Tensor::from(std::vector<std::int16_t>{1, 2, 3, 4, 5, 6}, {3, 2});
  const Tensor rows = tensor.rows(1, 2);
  EXPECT_EQ(rows.data(), tensor.data() + 4);
  EXPECT_THAT(rows.shape(), ElementsAre(2, 2));
  EXPECT_THAT(rows.values<std::int16_t>(), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(rows.size_bytes(), 8U);
  EXPECT_EQ(tensor.rows(3, 0).size(), 0U);
}

TEST(Tensor, RowsOutOfRangeAreAnError) {
  const Tensor tensor = Tensor::from(std::vector<float>{1, 2}, {2});
  const std::size_t largest = std::numeric_limits<std::size_t>::max();
  for (const auto& [first, count] :
       std::vector<std::pair<std::size_t, std::size_t>>{{0, 3}, {2, 1}, {3, 0}, {1, largest}, {largest, 1}}) {
    EXPECT_EQ(thrown_error([&] { tensor.rows(first, count); }).code(), ErrorCode::invalid_argument) << first;
  }
  const Tensor scalar = Tensor::from(std::vector<float>{1}, {});
  EXPECT_EQ(thrown_error([&] { scalar.rows(0, 1); }).code(), ErrorCode::invalid_argument);
}

TEST(Tensor, RowsOfStringsAndOfNoColumnsWork) {
  const Tensor words = Tensor::from(std::vector<std::string>{"a", "b", "c"}, {3});
  EXPECT_THAT(words.rows(1, 1).values<std::string>(), ElementsAre("b"));
  const Tensor hollow = Tensor::from(std::vector<float>{}, {4, 0});
  EXPECT_THAT(hollow.rows(1, 2).shape(), ElementsAre(2, 0));
}

TEST(Tensor, RowsOfPackedNibblesBeginAtAByte) {
  // Rows of three: 1 2 3, 4 5 6, 7 -8 -1.
  const std::array<std::uint8_t, 5> bytes{0x21, 0x43, 0x65, 0x87, 0x0F};
  const Tensor tensor = over(bytes, DType::s4, {3, 3});
  EXPECT_THAT(tensor.rows(1, 1).to_floats(), ElementsAre(4, 5, 6));
  EXPECT_THAT(tensor.rows(1, 2).to_floats(), ElementsAre(4, 5, 6, 7, -8, -1));
  EXPECT_THAT(tensor.rows(2, 1).to_floats(), ElementsAre(7, -8, -1));
  EXPECT_EQ(tensor.rows(2, 1).data(), tensor.data() + 3);
}

TEST(Tensor, ConvertsIntegersToFloats) {
  EXPECT_THAT(Tensor::from(std::vector<std::int8_t>{-128, 127}, {2}).to_floats(), ElementsAre(-128, 127));
  EXPECT_THAT(Tensor::from(std::vector<std::uint8_t>{0, 255}, {2}).to_floats(), ElementsAre(0, 255));
  EXPECT_THAT(Tensor::from(std::vector<std::int16_t>{-32768}, {1}).to_floats(), ElementsAre(-32768));
  EXPECT_THAT(Tensor::from(std::vector<std::uint16_t>{65535}, {1}).to_floats(), ElementsAre(65535));
  EXPECT_THAT(Tensor::from(std::vector<std::int32_t>{-7}, {1}).to_floats(), ElementsAre(-7));
  EXPECT_THAT(Tensor::from(std::vector<std::uint32_t>{4294967295U}, {1}).to_floats(), ElementsAre(0x1p32F));
  EXPECT_THAT(Tensor::from(std::vector<std::int64_t>{-9}, {1}).to_floats(), ElementsAre(-9));
  EXPECT_THAT(Tensor::from(std::vector<std::uint64_t>{1ULL << 63}, {1}).to_floats(), ElementsAre(0x1p63F));
  EXPECT_THAT(Tensor::from(std::vector<double>{0.1}, {1}).to_floats(), ElementsAre(0.1F));
  EXPECT_THAT(over(std::array<std::uint8_t, 2>{0, 1}, DType::boolean, {2}).to_floats(), ElementsAre(0, 1));
}

TEST(Tensor, ConvertsHalvesToFloatsExactly) {
  // 1, -2, largest 65504, smallest normal 2^-14, smallest subnormal 2^-24, -0, infinity, NaN, 1/3 rounded.
  const std::array<std::uint16_t, 9> bits{0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x8000, 0x7C00, 0x7E00, 0x3555};
  const std::vector<float> floats = over(bits, DType::f16, {9}).to_floats();
  EXPECT_EQ(floats[0], 1.0F);
  EXPECT_EQ(floats[1], -2.0F);
  EXPECT_EQ(floats[2], 65504.0F);
  EXPECT_EQ(floats[3], 0x1p-14F);
  EXPECT_EQ(floats[4], 0x1p-24F);
  EXPECT_TRUE(floats[5] == 0.0F && std::signbit(floats[5]));
  EXPECT_EQ(floats[6], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(floats[7]));
  EXPECT_EQ(floats[8], 0.333251953125F);
}

TEST(Tensor, ConvertsBfloat16ToFloatsExactly) {
  const std::array<std::uint16_t, 3> bits{0x3F80, 0xC049, 0x0001};
  EXPECT_THAT(over(bits, DType::bf16, {3}).to_floats(), ElementsAre(1.0F, -3.140625F, 0x1p-133F));
}

TEST(Tensor, UnpacksNibblesLowFirst) {
  const std::array<std::uint8_t, 2> bytes{0x8F, 0x07};
  EXPECT_THAT(over(bytes, DType::s4, {3}).to_floats(), ElementsAre(-1, -8, 7));
  EXPECT_THAT(over(bytes, DType::u4, {3}).to_floats(), ElementsAre(15, 8, 7));
}

TEST(Tensor, OfStringsHasNoNumbers) {
  const Tensor words = Tensor::from(std::vector<std::string>{"a"}, {1});
  EXPECT_EQ(thrown_error([&] { words.to_floats(); }).code(), ErrorCode::invalid_data);
}

TEST(Tensor, EqualityComparesTypeShapeAndBytes) {
  const Tensor tensor = Tensor::from(std::vector<float>{1, 2}, {2});
  EXPECT_EQ(tensor, Tensor::from(std::vector<float>{1, 2}, {2}));
  EXPECT_NE(tensor, Tensor::from(std::vector<float>{1, 3}, {2}));
  EXPECT_NE(tensor, Tensor::from(std::vector<float>{1, 2}, {1, 2}));
  EXPECT_NE(tensor, Tensor::from(std::vector<std::int64_t>{1}, {1}));
  const std::string longer_than_in_place(100, 'x');
  const Tensor words = Tensor::from(std::vector<std::string>{longer_than_in_place}, {1});
  EXPECT_EQ(words, Tensor::from(std::vector<std::string>{longer_than_in_place}, {1}));
  EXPECT_NE(words, Tensor::from(std::vector<std::string>{"x"}, {1}));
}

TEST(NamedTensors, AreFoundByName) {
  const NamedTensors tensors{{"a", Tensor::from(std::vector<float>{1}, {1})}, {"b", Tensor()}};
  EXPECT_EQ(find_tensor(tensors, "a"), &tensors[0].value);
  EXPECT_EQ(find_tensor(tensors, "c"), nullptr);
}

}  // namespace
}  // namespace halftone

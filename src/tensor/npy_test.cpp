#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/thrown_error.h"
#include "tensor/npy_header.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An array as numpy.save() lays it out: magic, version 1.0, length, header padded to 128 bytes, data.
std::string npy(const std::string& type, bool fortran_order, const std::string& shape, const std::string& data) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': ";
  header += fortran_order ? "True" : "False";
  header += ", 'shape': " + shape + ", }";
  header.resize(117, ' ');
  return "\x93NUMPY\x01\x00\x76\x00"s + header + "\n" + data;
}

/// `bytes` must outlive the tensor.
Tensor read(const std::string& bytes) { return parse_npy(nullptr, bytes, "a.npy"); }

Error error_of(const std::string& bytes) {
  return thrown_error([&] { read(bytes); });
}

TEST(Npy, ReadsWhatNumpyWrites) {
  const std::string bytes = npy("<i2", false, "(2, 2)", "\x01\x00\xFF\xFF\x00\x01\x00\x80"s);
  const Tensor tensor = read(bytes);
  EXPECT_THAT(tensor.shape(), ElementsAre(2, 2));
  EXPECT_THAT(tensor.values<std::int16_t>(), ElementsAre(1, -1, 256, -32768));
}

TEST(Npy, ReadsEveryNumericType) {
  const std::string eight(8, '\0');
  const std::vector<std::pair<std::string, DType>> types{
      {"|b1", DType::boolean}, {"|i1", DType::s8},  {"|u1", DType::u8},  {"<i2", DType::s16},
      {"<u2", DType::u16},     {"<i4", DType::s32}, {"<u4", DType::u32}, {"<i8", DType::s64},
      {"<u8", DType::u64},     {"<f2", DType::f16}, {"<f4", DType::f32}, {"<f8", DType::f64}};
  for (const auto& [type, dtype] : types) {
    const int count = 64 / bit_width(dtype);
    const std::string bytes = npy(type, false, "(" + std::to_string(count) + ",)", eight);
    EXPECT_EQ(read(bytes).dtype(), dtype) << type;
  }
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
  const std::string scalar = npy("<i8", false, "()", "\x07\0\0\0\0\0\0\0"s);
  EXPECT_TRUE(read(scalar).shape().empty());
  EXPECT_THAT(read(scalar).values<std::int64_t>(), ElementsAre(7));
  const std::string empty = npy("<f4", false, "(0, 3)", "");
  EXPECT_THAT(read(empty).shape(), ElementsAre(0, 3));
  const std::string huge_but_empty = npy("<f4", true, "(4611686018427387904, 4611686018427387904, 0)", "");
  EXPECT_EQ(read(huge_but_empty).size(), 0U);
}

TEST(Npy, TurnsBigEndianAndFortranOrderIntoRowMajor) {
  // np.save of np.asfortranarray(np.arange(6, dtype='>i2').reshape(2, 3)), as NumPy 2.4 writes it.
  const std::string bytes = npy(">i2", true, "(2, 3)", "\0\0\0\3\0\1\0\4\0\2\0\5"s);
  const Tensor tensor = read(bytes);
  EXPECT_THAT(tensor.shape(), ElementsAre(2, 3));
  EXPECT_THAT(tensor.values<std::int16_t>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Npy, TurnsThreeAxesOfFortranOrderAround) {
  // a[i][j][k] = 4 i + 2 j + k lies at i + 2 j + 4 k.
  const std::string bytes = npy("|u1", true, "(2, 2, 2)", "\0\4\2\6\1\5\3\7"s);
  EXPECT_THAT(read(bytes).values<std::uint8_t>(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Npy, ReadsText) {
  const std::string bytes =
      npy("<U4", false, "(3,)", "\xE9\0\0\0"s + std::string(28, '\0') + "z\0\0\0w\0\0\0e\0\0\0i\0\0\0"s);
  EXPECT_THAT(read(bytes).values<std::string>(), ElementsAre("é", "", "zwei"));
  const std::string swapped = npy(">U1", false, "(1,)", "\0\0\0a"s);
  EXPECT_THAT(read(swapped).values<std::string>(), ElementsAre("a"));
  const std::string narrow = npy("|S3", false, "(2,)", "ab\0c\0d"s);
  EXPECT_THAT(read(narrow).values<std::string>(), ElementsAre("ab", "c\0d"s));
}

TEST(Npy, RefusesObjectsWithAWayOut) {
  const Error error = error_of(npy("|O", false, "(1,)", "pickle"));
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_EQ(error.message(), "a.npy: the array's element type '|O' cannot be read");
  EXPECT_THAT(error.hint(), HasSubstr("pickle"));
}

TEST(Npy, RefusesTypesThatHalftoneDoesNotHave) {
  for (const std::string type : {"<c8", "<M8[ns]", "|V4", "<f16", "|T16", "<f3", "<f", "f4", "<i-4", "|b4",
                                 "<U99999999999", "<f4444444444444444444444"}) {
    EXPECT_THAT(error_of(npy(type, false, "(1,)", "abcd")).message(), HasSubstr("cannot be read")) << type;
  }
}

TEST(Npy, RefusesShapesThatLie) {
  const std::string four = "abcd";
  for (const std::string shape : {"(2,)", "(0,)", "(4611686018427387904, 4)", "(4294967296, 4294967296)"}) {
    EXPECT_THAT(error_of(npy("<f4", false, shape, four)).message(), HasSubstr("does not fit the 4 bytes")) << shape;
  }
  EXPECT_THAT(error_of(npy("<f4", false, "(-1,)", four)).message(), HasSubstr("shape"));
  EXPECT_THAT(error_of(npy("<f4", false, "(99999999999999999999,)", four)).message(), HasSubstr("shape"));
  EXPECT_THAT(error_of(npy("|S0", false, "(1000000000000,)", "")).message(), HasSubstr("no size"));
}

TEST(Npy, RefusesBrokenHeaders) {
  for (const std::string shape : {"(1", "1,)", "(1 2)", "(,)", "[1]", "(1,))", "(1,), 'shape': (1,)", "(1,), 'x': 1"}) {
    EXPECT_EQ(error_of(npy("<f4", false, shape, "abcd")).code(), ErrorCode::invalid_data) << shape;
  }
  EXPECT_EQ(error_of("").code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of("\x93NUMPY\x04\0\x02\0{}"s).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of("\x93NUMPY\x01\0\x02\0{}"s).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of("\x93NUMPY\x02\0\xFF\xFF\xFF\xFF{}"s).code(), ErrorCode::invalid_data);
}

TEST(Npy, RefusesEveryTruncation) {
  const std::string bytes = npy("<f8", false, "(2, 3)", std::string(48, '\1'));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(error_of(bytes.substr(0, length)).code(), ErrorCode::invalid_data) << length;
  }
}

TEST(Npy, RefusesBoolsThatAreNeither) {
  EXPECT_THAT(error_of(npy("|b1", false, "(2,)", "\1\2")).message(), HasSubstr("neither 0 nor 1"));
}

TEST(NpyHeader, IsWrittenAsNumpyWritesIt) {
  EXPECT_EQ(write_npy_header({'f', 4, false, false, {2, 3}, 0}), npy("<f4", false, "(2, 3)", ""));
  EXPECT_EQ(write_npy_header({'U', 16, false, false, {3}, 0}), npy("<U4", false, "(3,)", ""));
  EXPECT_EQ(write_npy_header({'b', 1, false, false, {}, 0}), npy("|b1", false, "()", ""));
}

TEST(NpyHeader, ReadsVersionsTwoAndThree) {
  const std::string literal = "{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L), }";
  for (const char version : {'\2', '\3'}) {
    std::string bytes =
        std::string(kNpyMagic) + version + '\0' + static_cast<char>(literal.size()) + "\0\0\0"s + literal;
    const NpyHeader header = parse_npy_header(bytes, "a");
    EXPECT_THAT(header.shape, ElementsAre(3, 4));
    EXPECT_EQ(header.data_offset, bytes.size());
  }
}

}  // namespace
}  // namespace halftone

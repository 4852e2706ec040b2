#include "tensor/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>

#include "base/file.h"
#include "base/thrown_error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// numpy.savez(FILE, x=np.arange(6, dtype='<f4').reshape(2, 3) * 0.5), by NumPy 2.4.
constexpr std::string_view kSaved =
    "504b03042d0000000000000021000bc0b076ffffffffffffffff05001400782e6e70790100100098000000000000009800000000"
    "000000934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c7365"
    "2c20277368617065273a2028322c2033292c207d2020202020202020202020202020202020202020202020202020202020202020"
    "20202020202020202020202020202020202020202020202020200a000000000000003f0000803f0000c03f000000400000204050"
    "4b01022d032d0000000000000021000bc0b0769800000098000000050000000000000000000000800100000000782e6e7079504b"
    "0506000000000100010033000000cf0000000000";

// numpy.savez_compressed(FILE, image=np.zeros((4, 100), np.uint8), label=np.array(7, np.int64),
//                        none=np.zeros((0, 3), np.float16)), by NumPy 2.4.
constexpr std::string_view kCompressed =
    "504b03042d000000080000002100ec14a065ffffffffffffffff09001400696d6167652e6e70790100100010020000000000004d"
    "000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a05e536aa8aea3a09e965f54529498179f5f94920a12774bcc"
    "294e058a17672416a402f91a263a0a8606069a3a0ab50a64022e865130a80000504b03042d00000008000000210023b8f06cffff"
    "ffffffffffff090014006c6162656c2e6e707901001000880000000000000046000000000000009bec17ea1b10c9c850c650ad9e"
    "925a9c5ca46ea5a06e9369a1aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a9a3a0ab50a14012e"
    "7606080000504b03042d0000000800000021007ea273ddffffffffffffffff080014006e6f6e652e6e7079010010008000000000"
    "00000046000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a4aea3a09e965f54529498179f5f94920a"
    "12774bcc294e058a17672416a402f91a063a0ac69a3a0ab50a64032e00504b01022d032d000000080000002100ec14a0654d0000"
    "0010020000090000000000000000000000800100000000696d6167652e6e7079504b01022d032d00000008000000210023b8f06c"
    "46000000880000000900000000000000000000008001880000006c6162656c2e6e7079504b01022d032d0000000800000021007e"
    "a273dd46000000800000000800000000000000000000008001090100006e6f6e652e6e7079504b05060000000003000300a40000"
    "00890100000000";

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

/// `bytes` must outlive the arrays.
NamedTensors read(const std::string& bytes) { return parse_npz(nullptr, bytes, "a.npz"); }

Error error_of(const std::string& bytes) {
  return thrown_error([&] { read(bytes); });
}

class NpzFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("npz_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

NamedTensors mixed_arrays() {
  return {{"/layer/weight:0",
           Tensor::from(std::vector<float>{1.5F, -0.0F, std::numeric_limits<float>::infinity()}, {3, 1})},
          {"label", Tensor::from(std::vector<std::int64_t>{-7}, {})},
          {"none", Tensor::from(std::vector<double>{}, {0, 4})},
          {"Wörter", Tensor::from(std::vector<std::string>{"é", "", "𝄞 clef"}, {3})}};
}

TEST(Npz, ReadsWhatNumpySaves) {
  const std::string bytes = bytes_of(kSaved);
  const NamedTensors arrays = read(bytes);
  ASSERT_EQ(arrays.size(), 1U);
  EXPECT_EQ(arrays[0].name, "x");
  EXPECT_THAT(arrays[0].value.shape(), ElementsAre(2, 3));
  EXPECT_THAT(arrays[0].value.values<float>(), ElementsAre(0, 0.5F, 1, 1.5F, 2, 2.5F));
}

TEST(Npz, ReadsWhatNumpyCompresses) {
  const std::string bytes = bytes_of(kCompressed);
  const NamedTensors arrays = read(bytes);
  ASSERT_EQ(arrays.size(), 3U);
  EXPECT_EQ(arrays[0].value, Tensor::from(std::vector<std::uint8_t>(400), {4, 100}));
  EXPECT_EQ(arrays[1].value, Tensor::from(std::vector<std::int64_t>{7}, {}));
  EXPECT_EQ(arrays[2].name, "none");
  EXPECT_EQ(arrays[2].value.dtype(), DType::f16);
  EXPECT_THAT(arrays[2].value.shape(), ElementsAre(0, 3));
}

TEST(Npz, OfNothingHoldsNothing) {
  const std::string bytes = bytes_of("504b0506") + std::string(18, '\0');
  EXPECT_TRUE(read(bytes).empty());
}

TEST(Npz, RefusesEveryTruncation) {
  for (const std::string_view hex : {kSaved, kCompressed}) {
    const std::string bytes = bytes_of(hex);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_EQ(error_of(bytes.substr(0, length)).code(), ErrorCode::invalid_data) << length;
    }
  }
}

TEST(Npz, SurvivesEveryChangedByte) {
  for (const std::string_view hex : {kSaved, kCompressed}) {
    const std::string bytes = bytes_of(hex);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
        try {
          read(changed);
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::invalid_data);
          ++refused;
        }
      }
    }
    // What is not refused are times, versions and attributes, which say nothing about the arrays.
    EXPECT_GT(refused, 2 * bytes.size());
  }
}

TEST(Npz, NamesFileAndArrayOfAWrongChecksum) {
  std::string bytes = bytes_of(kSaved);
  bytes[206] ^= 1;
  EXPECT_THAT(error_of(bytes).message(), HasSubstr("a.npz: 'x.npy' does not have the checksum"));
}

TEST(Npz, SaysThatOneArrayIsNoArchive) {
  const Error error = error_of("\x93NUMPY and the rest of an array that was saved on its own");
  EXPECT_THAT(error.hint(), HasSubstr("numpy.savez()"));
}

TEST_F(NpzFile, IsReadBackAsItWasSaved) {
  const NamedTensors arrays = mixed_arrays();
  save_npz(file("a.npz"), arrays);
  const NamedTensors read_back = load_npz(file("a.npz"));
  ASSERT_EQ(read_back.size(), arrays.size());
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    EXPECT_EQ(read_back[i].name, arrays[i].name);
    EXPECT_EQ(read_back[i].value, arrays[i].value) << arrays[i].name;
  }
}

TEST_F(NpzFile, SavesTheSameBytesForTheSameArrays) {
  save_npz(file("a.npz"), mixed_arrays());
  save_npz(file("b.npz"), mixed_arrays());
  EXPECT_EQ(read_file(file("a.npz")), read_file(file("b.npz")));
}

TEST_F(NpzFile, SavesArraysWhereTheyCanBeUsedInPlace) {
  save_npz(file("a.npz"), {{"odd", Tensor::from(std::vector<std::uint8_t>{1}, {1})},
                           {"doubles", Tensor::from(std::vector<double>{1, 2}, {2})}});
  const auto mapped = MappedFile::open(file("a.npz"));
  const NamedTensors arrays = parse_npz(mapped, mapped->text(), "a.npz");
  const std::byte* const data = arrays[1].value.data();
  EXPECT_TRUE(data >= mapped->data() && data < mapped->data() + mapped->size());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % 64, 0U);
  EXPECT_EQ(arrays[1].value.owner(), mapped);
}

TEST_F(NpzFile, KeepsTheMappingWhileAnArrayLives) {
  save_npz(file("a.npz"), {{"x", Tensor::from(std::vector<float>(5000, 3.0F), {5000})}});
  const Tensor kept = load_npz(file("a.npz"))[0].value;
  std::filesystem::remove(file("a.npz"));
  EXPECT_EQ(kept.values<float>()[4999], 3.0F);
}

TEST_F(NpzFile, GivesRowsOfAnArrayWithoutReadingTheOthers) {
  save_npz(file("a.npz"), mixed_arrays());
  for (const NpzArray& array : open_npz(file("a.npz"))) {
    const Tensor whole = *find_tensor(load_npz(file("a.npz")), array.name());
    EXPECT_EQ(array.read(), whole) << array.name();
    EXPECT_EQ(array.shape(), whole.shape());
    if (whole.shape().empty()) continue;
    for (std::int64_t row = 0; row < whole.shape().front(); ++row) {
      EXPECT_EQ(array.rows(row, 1), whole.rows(static_cast<std::size_t>(row), 1)) << array.name();
    }
  }
}

TEST_F(NpzFile, GivesRowsOfWhatNumpySavesAndCompresses) {
  write_file(file("a.npz"), bytes_of(kSaved));
  const std::vector<NpzArray> saved = open_npz(file("a.npz"));
  // NumPy aligns nothing: the elements begin at an odd byte of the file.
  EXPECT_EQ(saved[0].rows(1, 1), Tensor::from<float>({1.5F, 2, 2.5F}, {1, 3}));
  EXPECT_EQ(saved[0].rows(2, 0).size(), 0U);
  write_file(file("b.npz"), bytes_of(kCompressed));
  const std::vector<NpzArray> compressed = open_npz(file("b.npz"));
  EXPECT_EQ(compressed[0].rows(3, 1), Tensor::from(std::vector<std::uint8_t>(100), {1, 100}));
}

TEST_F(NpzFile, TruncatedAnywhereIsAnError) {
  save_npz(file("a.npz"), mixed_arrays());
  const std::string bytes = read_file(file("a.npz"));
  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    write_file(file("cut.npz"), bytes.substr(0, length));
    EXPECT_EQ(thrown_error([&] { load_npz(file("cut.npz")); }).code(), ErrorCode::invalid_data) << length;
  }
}

TEST_F(NpzFile, MissingIsAnError) {
  EXPECT_EQ(thrown_error([&] { load_npz(file("no.npz")); }).code(), ErrorCode::io);
  EXPECT_EQ(thrown_error([&] { load_npy(file("no.npy")); }).code(), ErrorCode::io);
}

TEST_F(NpzFile, RefusesWhatItCannotSaveAndLeavesNothing) {
  const Tensor one = Tensor::from(std::vector<float>{1}, {1});
  EXPECT_EQ(thrown_error([&] {
              save_npz(file("a.npz"), {{"x", one}, {"x", one}});
            }).code(),
            ErrorCode::invalid_argument);
  EXPECT_EQ(thrown_error([&] {
              save_npz(file("a.npz"), {{std::string(70000, 'x'), one}});
            }).code(),
            ErrorCode::invalid_argument);
  const Tensor brain(DType::bf16, {1}, nullptr, one.data(), 2);
  const Error error = thrown_error([&] { save_npz(file("a.npz"), {{"x", one}, {"y", brain}}); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_EQ(error.message(), "'y' cannot be saved: NumPy has no type for bf16");
  EXPECT_TRUE(std::filesystem::is_empty(file("a.npz").parent_path()));
}

}  // namespace
}  // namespace halftone

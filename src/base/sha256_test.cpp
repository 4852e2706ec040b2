#include "base/sha256.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "base/thrown_error.h"

namespace halftone {
namespace {

// FIPS 180-2, appendix B, and the hash of nothing.
constexpr const char* kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOfAMillion = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, IsThatOfTheStandardsExamples) {
  EXPECT_EQ(sha256_of(""), kOfNothing);
  EXPECT_EQ(sha256_of("abc"), kOfAbc);
  EXPECT_EQ(sha256_of(std::string(1'000'000, 'a')), kOfAMillion);
}

TEST(Sha256, DoesNotDependOnThePieces) {
  Sha256 sha;
  sha.update("a");
  sha.update("");
  sha.update("bc");
  EXPECT_EQ(sha.hex(), kOfAbc);
}

// By its definition, one part after the other.
std::string parted_slowly(const std::string& text) {
  std::string hashes;
  for (std::size_t begin = 0; begin <= text.size(); begin += PartedSha256::kPartBytes) {
    Sha256 part;
    part.update(std::string_view(text).substr(begin, PartedSha256::kPartBytes));
    for (const std::uint8_t byte : part.digest()) hashes += static_cast<char>(byte);
  }
  return sha256_of(hashes);
}

TEST(PartedSha256, IsTheHashOfThePartsHashes) {
  std::string text;
  for (std::size_t i = 0; text.size() < 37 * PartedSha256::kPartBytes + 100; ++i) text += std::to_string(i * i);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, PartedSha256::kPartBytes,
                                 16 * PartedSha256::kPartBytes, 33 * PartedSha256::kPartBytes, text.size()}) {
    PartedSha256 sha;
    sha.update(std::string_view(text).substr(0, size));
    EXPECT_EQ(sha.hex(), parted_slowly(text.substr(0, size))) << size;
  }
}

TEST(PartedSha256, DoesNotDependOnThePieces) {
  const std::string text(40 * PartedSha256::kPartBytes + 7, 'x');
  PartedSha256 sha;
  for (std::size_t begin = 0, size = 1; begin < text.size(); begin += size, size = size * 3 + 1) {
    sha.update(std::string_view(text).substr(begin, size));
  }
  EXPECT_EQ(sha.hex(), parted_slowly(text));
}

TEST(Sha256, OfAFileIsThatOfItsContent) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("sha256_of_a_file." + std::to_string(getpid()));
  write_file(path, "abc");
  EXPECT_EQ(sha256_of_file(path), kOfAbc);
  write_file(path, "");
  EXPECT_EQ(sha256_of_file(path), kOfNothing);
  std::filesystem::remove(path);
  EXPECT_EQ(thrown_error([&] { sha256_of_file(path); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace halftone

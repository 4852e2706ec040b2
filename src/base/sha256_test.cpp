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

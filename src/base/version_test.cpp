#include "halftone/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace halftone {
namespace {

TEST(Version, HasThreeNumbers) { EXPECT_THAT(version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+")); }

TEST(Version, NamesACommitOrSaysThatItIsUnknown) {
  EXPECT_THAT(std::string(commit()), testing::AnyOf("unknown", testing::MatchesRegex("[0-9a-f]{7,40}\\+?")));
}

}  // namespace
}  // namespace halftone

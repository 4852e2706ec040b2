#include "base/full_match.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(FullMatch, MatchesWholeTextsAlone) {
  EXPECT_TRUE(FullMatch("conv").matches("conv"));
  EXPECT_FALSE(FullMatch("conv").matches("conv1"));
  EXPECT_TRUE(FullMatch("conv[0-9]+").matches("conv12"));
  EXPECT_FALSE(FullMatch("conv[0-9]").matches("conv12"));
}

TEST(FullMatch, RefusesWhatIsNoExpression) {
  EXPECT_THROW(FullMatch("("), Error);
  EXPECT_THROW(FullMatch(std::string(1001, '.')), Error);
}

}  // namespace
}  // namespace halftone

#include "capability/version_range.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(Version, TakesMissingPartsAsZeroAndIgnoresWhatFollowsTheNumbers) {
  EXPECT_EQ(parse_version("1.16.3"), (Version{1, 16, 3}));
  EXPECT_EQ(parse_version("2"), (Version{2, 0, 0}));
  EXPECT_EQ(parse_version("1.16"), (Version{1, 16, 0}));
  EXPECT_EQ(parse_version("2.3.1+cpu"), (Version{2, 3, 1}));
  EXPECT_EQ(parse_version("1.9.1.post1"), (Version{1, 9, 1}));
  EXPECT_EQ(parse_version("1.11rc1"), (Version{1, 11, 0}));
  EXPECT_EQ(parse_version("1.x"), (Version{1, 0, 0}));
  EXPECT_EQ(parse_version("1.2.-3"), (Version{1, 2, 0}));
}

TEST(Version, IsNoneWithoutALeadingNumberOrBeyondAnInteger) {
  for (const char* text : {"", "v1.2", ".1", "-1.2", " 1", "99999999999", "1.99999999999"}) {
    EXPECT_EQ(parse_version(text), std::nullopt) << text;
  }
}

TEST(Version, ComparesByNumbersNotByLetters) {
  EXPECT_LT(*parse_version("1.9"), *parse_version("1.16"));
  EXPECT_EQ(to_string(Version{1, 16, 0}), "1.16.0");
}

TEST(VersionRange, IncludesItsLowAndExcludesItsHigh) {
  const auto range = parse_version_range(">=1.16, <1.21");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->text, ">=1.16, <1.21");
  EXPECT_FALSE(range->contains({1, 15, 9}));
  EXPECT_TRUE(range->contains({1, 16, 0}));
  EXPECT_TRUE(range->contains({1, 20, 99}));
  EXPECT_FALSE(range->contains({1, 21, 0}));
}

TEST(VersionRange, MayBeOpenOnEitherSide) {
  EXPECT_TRUE(parse_version_range(">=1.16")->contains({99, 0, 0}));
  EXPECT_TRUE(parse_version_range("<1.16")->contains({0, 0, 0}));
  EXPECT_FALSE(parse_version_range("<1.16")->contains({1, 16, 0}));
}

TEST(VersionRange, IsNoneForAnythingElse) {
  for (const char* text : {"", "1.16", ">1.16", "<=1.2", ">=", "<", ">=1.2,", ">=1.2,<1.2", ">=1.3,<1.2", ">=1.2,>=1.3",
                           "<1.2,>=1.0", ">=1.2rc1", ">=1..2", ">=1.", ">=1.2.3.4", ">=1.2,<1.3,<1.4", "==1.2"}) {
    EXPECT_EQ(parse_version_range(text), std::nullopt) << text;
  }
}

TEST(VersionRange, OverlapsWhereSomeVersionIsInBoth) {
  const auto overlaps = [](const char* a, const char* b) {
    const bool one = overlap(*parse_version_range(a), *parse_version_range(b));
    EXPECT_EQ(one, overlap(*parse_version_range(b), *parse_version_range(a)));
    return one;
  };
  EXPECT_TRUE(overlaps(">=1.0", ">=2.0"));
  EXPECT_TRUE(overlaps(">=1.0,<3", ">=2.9"));
  EXPECT_FALSE(overlaps(">=1.0,<2", ">=2"));
  EXPECT_FALSE(overlaps("<1", ">=1,<2"));
}

}  // namespace
}  // namespace halftone

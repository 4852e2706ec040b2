#include "base/utf8.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

using namespace std::string_literals;

constexpr std::size_t kNone = std::string_view::npos;

TEST(Utf8, TextHasNothingThatIsNotText) {
  EXPECT_EQ(find_non_text(""), kNone);
  EXPECT_EQ(find_non_text("tab\tline\r\n"), kNone);
  EXPECT_EQ(find_non_text("é € 𝄞 \U0010FFFF"), kNone);
}

TEST(Utf8, FindsBytesThatNoTextHas) {
  EXPECT_EQ(find_non_text("ab\0c"s), 2U);
  EXPECT_EQ(find_non_text("\x1B[31m"), 0U);
  EXPECT_EQ(find_non_text("a\x7F"), 1U);
  EXPECT_EQ(find_non_text("ab\xFF"), 2U);
  EXPECT_EQ(find_non_text("a\x80"), 1U);
}

TEST(Utf8, RefusesSequencesThatAreNotWellFormed) {
  for (const std::string bad : {"\xC3", "\xC3(", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF",
                                "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_EQ(find_non_text(bad), 0U);
  }
}

TEST(Utf8, ReadsCodePointsAndReplacesWhatIsNone) {
  EXPECT_EQ(to_code_points("aé€𝄞"), U"aé€𝄞");
  EXPECT_EQ(to_code_points("\xFFz\xC3"), U"\uFFFDz\uFFFD");
}

TEST(Utf8, WritesCodePointsOfEveryLength) {
  std::string text;
  for (const char32_t code_point : {U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    append_utf8(text, code_point);
  }
  EXPECT_EQ(text, "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}

TEST(Utf8, WritesAReplacementForWhatIsNoCodePoint) {
  std::string text;
  append_utf8(text, 0xD800);
  append_utf8(text, 0x110000);
  EXPECT_EQ(text, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace halftone

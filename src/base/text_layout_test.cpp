#include "base/text_layout.h"

#include <gmock/gmock.h>

namespace halftone {
namespace {

using testing::ElementsAre;

TEST(TextLayout, CountsCodePointsForWidth) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("2.06× … ±"), 9u);
}

TEST(TextLayout, MakesTextOfModelsHarmless) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(printable("a\x7f\x01"), "a??");
  EXPECT_EQ(printable("caf\xc3\xa9"), "café");
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "31m"),
            "a?31m");  // the control sequence introducer of 8-bit terminals
  EXPECT_EQ(printable("two\nlines\t"), "two lines ");
}

TEST(TextLayout, WrapsAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("unbreakable", 3), ElementsAre("unbreakable"));
  EXPECT_THAT(wrapped("", 10), ElementsAre(""));
}

TEST(PrintableLines, KeepBreaksAndNothingElse) {
  EXPECT_EQ(printable_lines("a\x1b[2J\nb\tc"), "a?[2J\nb c");
  EXPECT_EQ(printable_lines(""), "");
  EXPECT_EQ(printable_lines("a\n"), "a\n");
}

}  // namespace
}  // namespace halftone

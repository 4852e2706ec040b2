#include "text_table.h"

#include <gtest/gtest.h>

namespace halftone::cli {
namespace {

TEST(TextTable, AlignsColumnsByTheirDisplayWidth) {
  TextTable table({Align::left, Align::right, Align::left});
  table.add({{"Conv"}, {"26"}, {"x"}});
  table.add({{"2×"}, {"7"}, {"y"}});
  EXPECT_EQ(table.text({}, 2), "  Conv  26  x\n  2×     7  y\n");
}

TEST(TextTable, ColumnsWithoutTextTakeNoRoom) {
  TextTable table({Align::left, Align::left, Align::left});
  table.add({{"a"}, {}, {"b"}});
  EXPECT_EQ(table.text({}, 0), "a  b\n");
}

TEST(TextTable, BreaksTheLastColumnWhereTheWidthEnds) {
  TextTable table({Align::left, Align::left});
  table.add({{"Softmax"}, {"the backend has no low-precision kernel for it"}});
  EXPECT_EQ(table.text({.colour = false, .width = 40}, 2),
            "  Softmax  the backend has no\n"
            "           low-precision kernel for it\n");
}

TEST(TextTable, EscapeSequencesTakeNoWidth) {
  TextTable table({Align::left, Align::left});
  table.add({{"a", Tint::good}, {"b"}});
  table.add({{"long"}, {"c"}});
  EXPECT_EQ(table.text({.colour = true, .width = 80}, 0), "\x1b[32ma\x1b[0m     b\nlong  c\n");
}

TEST(TextTable, LeavesNoBlanksAtTheEndOfLines) {
  TextTable table({Align::left, Align::left});
  table.add({{"only"}});
  EXPECT_EQ(table.text({}, 0), "only\n");
}

}  // namespace
}  // namespace halftone::cli

#include <gtest/gtest.h>

#include "evaluation/expect_error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

TEST(MaxDrop, ReadsPointsAsHundredths) {
  const MaxDrop drop = parse_max_drop("0.5pt");
  EXPECT_DOUBLE_EQ(drop.amount, 0.005);
  EXPECT_FALSE(drop.relative);
}

TEST(MaxDrop, ReadsPercentAsRelative) {
  const MaxDrop drop = parse_max_drop("1%");
  EXPECT_DOUBLE_EQ(drop.amount, 0.01);
  EXPECT_TRUE(drop.relative);
}

TEST(MaxDrop, ReadsAPlainNumberAsAbsolute) {
  const MaxDrop drop = parse_max_drop("0.01");
  EXPECT_DOUBLE_EQ(drop.amount, 0.01);
  EXPECT_FALSE(drop.relative);
  EXPECT_EQ(parse_max_drop("0").amount, 0);
  EXPECT_EQ(parse_max_drop("1e-3").amount, 1e-3);
}

TEST(MaxDrop, RefusesWhatIsNoLossAndShowsTheThreeForms) {
  for (const char* text : {"",    "pt",  "%",   "-1%",  "-0.01",  "-0",     "nan",  "inf", "nan%",  "abc",
                           "1 %", " 1%", "1%%", "1pt%", "0.5pts", "0x1p-3", "1,5%", "+1%", "1e999", "one"}) {
    for (const char* form : {"0.5pt", "1%", "0.01"}) {
      expect_error(ErrorCode::invalid_argument, form, [text] { parse_max_drop(text); });
    }
    expect_error(ErrorCode::invalid_argument, std::string("'").append(text).append("'"),
                 [text] { parse_max_drop(text); });
  }
}

TEST(MaxDrop, LimitsEitherDirection) {
  EXPECT_DOUBLE_EQ((MaxDrop{0.005, false}.limit(0.76, true)), 0.755);
  EXPECT_DOUBLE_EQ((MaxDrop{0.005, false}.limit(0.76, false)), 0.765);
  EXPECT_DOUBLE_EQ((MaxDrop{0.01, true}.limit(0.8, true)), 0.792);
  EXPECT_DOUBLE_EQ((MaxDrop{0.01, true}.limit(0.8, false)), 0.808);
}

TEST(MaxDrop, OfNegativeBaselinesIsALossToo) {
  EXPECT_DOUBLE_EQ((MaxDrop{0.1, true}.limit(-20, true)), -22);
  EXPECT_DOUBLE_EQ((MaxDrop{0.1, true}.limit(-20, false)), -18);
}

}  // namespace
}  // namespace halftone

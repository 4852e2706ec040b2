#include "configuration/duration.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

TEST(Duration, IsReadInSecondsOrUnits) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("0.5"), 0.5);
  EXPECT_EQ(parse_duration("90s"), 90);
  EXPECT_EQ(parse_duration("45m"), 2'700);
  EXPECT_EQ(parse_duration("1h30m"), 5'400);
  EXPECT_EQ(parse_duration("1.5h"), 5'400);
  EXPECT_EQ(parse_duration("2d"), 172'800);
}

TEST(Duration, NothingElseIsOne) {
  for (const char* text :
       {"", "0", "0s", "-1", "1x", "h", "1h30", "30m1h", "1m1m", "nan", "inf", "1e9h", " 1", "1 h"}) {
    EXPECT_THROW(parse_duration(text), Error) << text;
  }
}

}  // namespace
}  // namespace halftone

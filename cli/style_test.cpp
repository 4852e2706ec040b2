#include "style.h"

#include <gtest/gtest.h>

namespace halftone::cli {
namespace {

TEST(Style, TintsOnlyWithColours) {
  EXPECT_EQ(tinted("met", Tint::good, {.colour = true, .width = 80}), "\x1b[32mmet\x1b[0m");
  EXPECT_EQ(tinted("met", Tint::good, {}), "met");
  EXPECT_EQ(tinted("met", Tint::plain, {.colour = true, .width = 80}), "met");
}

}  // namespace
}  // namespace halftone::cli

#include "calibration/range_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace halftone {
namespace {

TEST(SearchEnds, FindsTheBottomOfABowlExactly) {
  const auto bowl = [](const BinEnds& ends, double) {
    return 1 + std::pow(static_cast<double>(ends.low) + 77, 2) + std::pow(static_cast<double>(ends.high) - 4'321, 2);
  };
  EXPECT_EQ(search_ends({-8192, 8192}, {0, 0}, bowl), (BinEnds{-77, 4'321}));
}

TEST(SearchEnds, SettlesEndsThatDependOnEachOther) {
  const auto valley = [](const BinEnds& ends, double) {
    const double width = static_cast<double>(ends.high - ends.low);
    return 1 + std::pow(width - 100, 2) + std::pow(static_cast<double>(ends.high) - 60, 2) / 4;
  };
  const BinEnds found = search_ends({-200, 200}, {0, 0}, valley);
  EXPECT_LT(valley(found, 0), 10);
}

TEST(SearchEnds, PrefersTheWiderOfEndsThatCostTheSame) {
  EXPECT_EQ(search_ends({-500, 9000}, {0, 0}, [](const BinEnds&, double) { return 3.0; }), (BinEnds{-500, 9000}));
  EXPECT_EQ(search_ends({-500, 9000}, {0, 0}, [](const BinEnds&, double) { return 0.0; }), (BinEnds{-500, 9000}));
}

TEST(SearchEnds, StaysOutsideTheNarrowest) {
  const auto width = [](const BinEnds& ends, double) { return static_cast<double>(ends.high - ends.low) + 1; };
  EXPECT_EQ(search_ends({-500, 9000}, {-20, 1000}, width), (BinEnds{-20, 1000}));
  EXPECT_EQ(search_ends({0, 40}, {0, 40}, width), (BinEnds{0, 40}));
}

TEST(SearchEnds, FindsTheSameWhereACostStopsEarly) {
  int stopped = 0;
  const auto bowl = [&stopped](const BinEnds& ends, double enough) {
    const double of_low = 1 + std::pow(static_cast<double>(ends.low) + 77, 2);
    if (of_low >= enough) {
      ++stopped;
      return of_low;
    }
    return of_low + std::pow(static_cast<double>(ends.high) - 4'321, 2);
  };
  EXPECT_EQ(search_ends({-8192, 8192}, {0, 0}, bowl), (BinEnds{-77, 4'321}));
  EXPECT_GT(stopped, 10);
}

TEST(SearchEnds, PassesOverEndsThatCannotBe) {
  const auto at_least_256 = [](const BinEnds& ends, double) {
    const std::int64_t width = ends.high - ends.low;
    return width < 256 ? std::numeric_limits<double>::infinity() : static_cast<double>(width);
  };
  const BinEnds found = search_ends({-100, 1948}, {0, 0}, at_least_256);
  EXPECT_EQ(found.high - found.low, 256);
}

}  // namespace
}  // namespace halftone

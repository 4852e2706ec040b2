#include "calibration/bin_shapes.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(CountAt, IsZeroOutside) {
  const Histogram histogram{0, -1, {4, 5}};
  EXPECT_EQ(count_at(histogram, -2), 0U);
  EXPECT_EQ(count_at(histogram, -1), 4U);
  EXPECT_EQ(count_at(histogram, 0), 5U);
  EXPECT_EQ(count_at(histogram, 1), 0U);
}

TEST(Folded, CountsMagnitudes) {
  EXPECT_EQ(folded({-1, -3, {1, 2, 3, 10, 20}}), (Histogram{-1, 0, {13, 22, 1}}));
  EXPECT_EQ(folded({-1, -3, {1, 2}}), (Histogram{-1, 1, {2, 1}}));
  EXPECT_EQ(folded({-1, 3, {1, 2}}), (Histogram{-1, 3, {1, 2}}));
}

TEST(Coarsened, ReachesToZeroWithinTheBinsAllowed) {
  EXPECT_EQ(coarsened({0, -2, {1, 2, 3, 4}}, 4), (Histogram{0, -2, {1, 2, 3, 4}}));
  EXPECT_EQ(coarsened({0, -2, {1, 2, 3, 4}}, 3), (Histogram{1, -1, {3, 7}}));
  // Bins 1,000 and 1,001 lie 1,002 bins from zero: 2^7 of them go into one to leave at most 8.
  EXPECT_EQ(coarsened({0, 1000, {5, 6}}, 8), (Histogram{7, 7, {11}}));
  EXPECT_EQ(coarsened({0, -1001, {5, 6}}, 8), (Histogram{7, -8, {11}}));
}

TEST(WithoutExactZeros, LeavesWhatTheNeighboursHold) {
  EXPECT_EQ(without_exact_zeros({0, -1, {3, 100, 7}}), (Histogram{0, -1, {3, 7, 7}}));
  EXPECT_EQ(without_exact_zeros({0, -1, {3, 5, 7}}), (Histogram{0, -1, {3, 5, 7}}));
  EXPECT_EQ(without_exact_zeros({0, 0, {100}}), (Histogram{0, 0, {0}}));
  EXPECT_EQ(without_exact_zeros({0, 5, {100}}), (Histogram{0, 5, {100}}));
}

TEST(EdgeValue, StaysBetweenTheExtremesAndZero) {
  TensorStatistics statistics;
  statistics.min = 1;
  statistics.max = 3;
  EXPECT_EQ(edge_value(5, -1, statistics), 2.5F);
  EXPECT_EQ(edge_value(7, -1, statistics), 3);
  EXPECT_EQ(edge_value(-1, -1, statistics), 0);
}

}  // namespace
}  // namespace halftone

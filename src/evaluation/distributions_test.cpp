#include "evaluation/distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "evaluation/expect_error.h"

namespace halftone {
namespace {

void expect_relative(double actual, double expected, double tolerance) {
  EXPECT_NEAR(actual / expected, 1, tolerance) << actual << " against " << expected;
}

// Reference values were computed with 50 digits (mpmath), and those of 100,000 degrees and more with SciPy 1.17.

TEST(Distributions, TailIsHalfOfWhatTheConfidenceLeaves) {
  EXPECT_NEAR(tail_of(0.95), 0.025, 1e-16);
  EXPECT_EQ(tail_of(0.5), 0.25);
}

TEST(Distributions, ConfidenceOutsideOfZeroToOneIsRefused) {
  for (const double confidence : {0.0, 1.0, -0.1, 95.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    expect_error(ErrorCode::invalid_argument, "is not between 0 and 1", [=] { tail_of(confidence); });
  }
}

TEST(Distributions, NormalQuantileMatchesReferences) {
  expect_relative(upper_normal_quantile(0.25), 0.67448975019608174, 1e-14);
  expect_relative(upper_normal_quantile(0.05), 1.6448536269514727, 1e-14);
  expect_relative(upper_normal_quantile(0.025), 1.9599639845400542, 1e-14);
  expect_relative(upper_normal_quantile(0.005), 2.5758293035489008, 1e-14);
  expect_relative(upper_normal_quantile(0.0005), 3.2905267314918948, 1e-14);
  expect_relative(upper_normal_quantile(0.0000005), 4.8916384756985904, 1e-14);
  EXPECT_NEAR(upper_normal_quantile(0.5), 0, 1e-15);
}

TEST(Distributions, StudentQuantileMatchesReferences) {
  expect_relative(upper_student_quantile(0.05, 1), 6.313751514675, 1e-10);
  expect_relative(upper_student_quantile(0.025, 1), 12.706204736175, 1e-10);
  expect_relative(upper_student_quantile(0.005, 1), 63.656741162872, 1e-10);
  expect_relative(upper_student_quantile(0.025, 2), 4.3026527297495, 1e-10);
  expect_relative(upper_student_quantile(0.025, 3), 3.1824463052837, 1e-10);
  expect_relative(upper_student_quantile(0.005, 4), 4.60409487135, 1e-10);
  expect_relative(upper_student_quantile(0.05, 9), 1.8331129326562, 1e-10);
  expect_relative(upper_student_quantile(0.025, 9), 2.2621571627982, 1e-10);
  expect_relative(upper_student_quantile(0.025, 29), 2.0452296421327, 1e-10);
  expect_relative(upper_student_quantile(0.005, 99), 2.6264054572808, 1e-10);
  expect_relative(upper_student_quantile(0.025, 999), 1.9623414611334, 1e-10);
  expect_relative(upper_student_quantile(0.025, 9999), 1.9602012636214, 1e-10);
  expect_relative(upper_student_quantile(0.0000005, 1), 636619.77236706, 1e-9);
  expect_relative(upper_student_quantile(0.0000005, 5), 28.478473462984, 1e-9);
}

TEST(Distributions, StudentQuantilePassesIntoItsExpansionWithoutAStep) {
  expect_relative(upper_student_quantile(0.025, 99999), 1.9599877077718448, 1e-10);
  expect_relative(upper_student_quantile(0.025, 100000), 1.95998770753461, 1e-12);
  expect_relative(upper_student_quantile(0.025, 100001), 1.959987707297379, 1e-12);
  expect_relative(upper_student_quantile(0.025, 1e6), 1.9599663568141072, 1e-12);
  expect_relative(upper_student_quantile(0.025, 1e15), 1.9599639845400542, 1e-14);
}

TEST(Distributions, IncompleteBetaMatchesReferences) {
  expect_relative(incomplete_beta(1, 1, 0.3), 0.3, 1e-14);
  expect_relative(incomplete_beta(2, 3, 0.4), 0.5248, 1e-13);
  expect_relative(incomplete_beta(0.5, 0.5, 0.1), 0.204832764699133, 1e-13);
  expect_relative(incomplete_beta(50, 0.5, 0.97), 0.0816993337218226, 1e-12);
  expect_relative(incomplete_beta(500, 501, 0.5), 0.51261250908918, 1e-11);
  expect_relative(incomplete_beta(10, 2, 0.9), 0.6973568802, 1e-13);
  EXPECT_EQ(incomplete_beta(3, 4, 0), 0);
  EXPECT_EQ(incomplete_beta(3, 4, 1), 1);
}

TEST(Distributions, RanksThatBoundAMedianMatchTheBinomialDistribution) {
  EXPECT_EQ(median_bound_rank(0, 0.025), 0U);
  EXPECT_EQ(median_bound_rank(1, 0.025), 0U);
  EXPECT_EQ(median_bound_rank(5, 0.025), 0U);  // 1/32 is more than 0.025
  EXPECT_EQ(median_bound_rank(6, 0.025), 1U);
  EXPECT_EQ(median_bound_rank(7, 0.005), 0U);
  EXPECT_EQ(median_bound_rank(8, 0.005), 1U);
  EXPECT_EQ(median_bound_rank(10, 0.025), 2U);
  EXPECT_EQ(median_bound_rank(20, 0.025), 6U);
  EXPECT_EQ(median_bound_rank(25, 0.025), 8U);
  EXPECT_EQ(median_bound_rank(100, 0.025), 40U);
  EXPECT_EQ(median_bound_rank(1000, 0.025), 469U);
  EXPECT_EQ(median_bound_rank(1000, 0.005), 459U);
  EXPECT_EQ(median_bound_rank(20000, 0.025), 9861U);
}

}  // namespace
}  // namespace halftone

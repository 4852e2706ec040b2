#include "evaluation/data_set_verdict.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "data/split_mix.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr Bounds kDifferences{-1, 1};

/// A data set of that many losses and gains, the rest equal, shuffled.
std::vector<double> data_set(std::size_t size, std::size_t lost, std::size_t gained, std::uint64_t seed) {
  std::vector<double> values(size, 0);
  for (std::size_t i = 0; i < lost; ++i) values[i] = -1;
  for (std::size_t i = lost; i < lost + gained; ++i) values[i] = 1;
  SplitMix64 random(seed);
  shuffle(values, random);
  return values;
}

struct Answer {
  bool at_least = false;
  std::size_t after = 0;
};

Answer answer_of(const std::vector<double>& values, double limit, double confidence = 0.95) {
  DataSetVerdict verdict(kDifferences, limit, values.size(), confidence);
  for (std::size_t i = 0; i < values.size(); ++i) {
    verdict.add(values[i]);
    if (const auto answer = verdict.is_at_least()) return {*answer, i + 1};
  }
  ADD_FAILURE() << "no answer although all values were seen";
  return {};
}

TEST(DataSetVerdict, IsRightInClearCasesAfterAPart) {
  const Answer fine = answer_of(data_set(5'000, 40, 40, 1), -0.02);
  EXPECT_TRUE(fine.at_least);
  EXPECT_LT(fine.after, 1'500U);
  const Answer bad = answer_of(data_set(5'000, 400, 50, 1), -0.02);
  EXPECT_FALSE(bad.at_least);
  EXPECT_LT(bad.after, 1'500U);
}

TEST(DataSetVerdict, IsKnownWhenTheRestCannotChangeIt) {
  DataSetVerdict verdict(kDifferences, 0.5, 4, 0.999999);
  for (const double value : {1.0, 1.0, 1.0}) verdict.add(value);
  EXPECT_EQ(verdict.is_at_least(), true);  // even a loss leaves a mean of a half
  DataSetVerdict lost(kDifferences, 0.5, 4, 0.999999);
  lost.add(-1);
  EXPECT_EQ(lost.is_at_least(), false) << "three gains make a half, and no more";
}

TEST(DataSetVerdict, EndsWithTheMeanItself) {
  DataSetVerdict verdict(kDifferences, 0, 2, 0.95);
  verdict.add(1);
  EXPECT_EQ(verdict.is_at_least(), true);
  verdict.add(-1);
  EXPECT_EQ(verdict.is_at_least(), true);
}

// The mean one sample below the limit, or on it: answers before the end are wrong in 5 % at the most.
TEST(DataSetVerdict, IsSeldomWrongAtTheLimit) {
  int wrong = 0;
  constexpr int kOrders = 2'000;
  for (int order = 0; order < kOrders; ++order) {
    const std::vector<double> values = data_set(1'000, 31, 20, static_cast<std::uint64_t>(order));
    wrong += answer_of(values, -0.010).at_least ? 1 : 0;
  }
  EXPECT_LE(wrong, 0.05 * kOrders);
  wrong = 0;
  for (int order = 0; order < kOrders; ++order) {
    const std::vector<double> values = data_set(1'000, 30, 20, static_cast<std::uint64_t>(order));
    wrong += answer_of(values, -0.010).at_least ? 0 : 1;
  }
  EXPECT_LE(wrong, 0.05 * kOrders);
}

TEST(DataSetVerdict, RefusesWhatCannotBe) {
  EXPECT_THROW(DataSetVerdict(kDifferences, 0, 0, 0.95), Error);
  EXPECT_THROW(DataSetVerdict(kDifferences, 0, 5, 1), Error);
  EXPECT_THROW(DataSetVerdict({1, 1}, 0, 5, 0.95), Error);
  DataSetVerdict verdict(kDifferences, 0, 1, 0.95);
  EXPECT_THROW(verdict.add(std::numeric_limits<double>::quiet_NaN()), Error);
  EXPECT_THROW(verdict.add(1.5), Error);
  verdict.add(0);
  EXPECT_THROW(verdict.add(0), Error);
}

}  // namespace
}  // namespace halftone

#include <gmock/gmock.h>

#include <map>
#include <numeric>
#include <set>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;

/// How many of the items have each label.
std::map<std::int64_t, int> label_counts(const DataSource& source, std::span<const std::size_t> items) {
  std::map<std::int64_t, int> counts;
  for (const std::size_t item : items) ++counts[*source.label(item)];
  return counts;
}

std::vector<std::int64_t> repeated(const std::vector<std::pair<std::int64_t, int>>& classes) {
  std::vector<std::int64_t> labels;
  for (const auto& [label, count] : classes) labels.insert(labels.end(), static_cast<std::size_t>(count), label);
  return labels;
}

MemorySource unlabelled(std::size_t count) {
  return MemorySource(std::vector<DataItem>(count, {"item", {{"x", Tensor::from(std::vector{1.0f}, {1})}}, {}}));
}

TEST(Selection, IsAllInSourceOrderWithoutACount) {
  EXPECT_THAT(select_items(unlabelled(4), std::nullopt, 5), ElementsAre(0, 1, 2, 3));
}

TEST(Selection, IsAPrefixOfOnePermutationWithoutLabels) {
  const MemorySource source = unlabelled(50);
  const auto all = select_items(source, 50, 3);
  const auto some = select_items(source, 20, 3);
  EXPECT_EQ(std::vector(all.begin(), all.begin() + 20), some);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 50u);
  EXPECT_FALSE(std::ranges::is_sorted(all));
  EXPECT_NE(select_items(source, 50, 4), all);
}

// SplitMix64(0) gives 16294208416658607535, 7960286522194355700, 487617019471545679; modulo 4, 3 and 2
// (none is rejected) 3, 0 and 1: 3 stays; 2 and 0 change places; 0 stays.
TEST(Selection, IsTheSameOnEveryMachine) { EXPECT_THAT(select_items(unlabelled(4), 4, 0), ElementsAre(2, 1, 0, 3)); }

TEST(Selection, GivesEachClassItsShareByLargestRemainder) {
  const MemorySource source = MemorySource::labelled(repeated({{0, 60}, {1, 30}, {2, 10}}));
  // Shares of 12: 7.2, 3.6, 1.2; the one left goes to label 1.
  EXPECT_THAT(label_counts(source, select_items(source, 12, 1)),
              ElementsAre(std::pair(0, 7), std::pair(1, 4), std::pair(2, 1)));
  EXPECT_THAT(label_counts(source, select_items(source, 1000, 1)),
              ElementsAre(std::pair(0, 60), std::pair(1, 30), std::pair(2, 10)));
}

TEST(Selection, IsBalancedInEveryPrefix) {
  const MemorySource source = MemorySource::labelled(repeated({{3, 40}, {4, 40}, {9, 20}}));
  const auto items = select_items(source, 50, 11);
  ASSERT_EQ(std::set(items.begin(), items.end()).size(), 50u);
  for (std::size_t length = 1; length <= items.size(); ++length) {
    auto counts = label_counts(source, std::span(items).first(length));
    const double share = static_cast<double>(length);
    EXPECT_NEAR(counts[3], 0.4 * share, 1.0) << length;
    EXPECT_NEAR(counts[4], 0.4 * share, 1.0) << length;
    EXPECT_NEAR(counts[9], 0.2 * share, 1.0) << length;
  }
}

TEST(Selection, ChoosesAmongClassesOfOneByChance) {
  std::vector<std::int64_t> labels(500);
  std::iota(labels.begin(), labels.end(), 0);
  const MemorySource source = MemorySource::labelled(labels);
  const auto items = select_items(source, 100, 2);
  EXPECT_EQ(std::set(items.begin(), items.end()).size(), 100u);
  const double mean = std::accumulate(items.begin(), items.end(), 0.0) / 100;
  // Standard deviation of the mean of 100 of 0 … 499: 144 / 10 * sqrt(0.8) = 13.
  EXPECT_NEAR(mean, 249.5, 5 * 13);
  EXPECT_NE(select_items(source, 100, 3), items);
}

TEST(Selection, DoesNotDependOnTheNamesOfTheLabels) {
  const MemorySource a = MemorySource::labelled({0, 0, 1, 1, 1, 2});
  const MemorySource b = MemorySource::labelled({10, 10, 20, 20, 20, 30});
  EXPECT_EQ(select_items(a, 3, 6), select_items(b, 3, 6));
}

TEST(Selection, RefusesNothingAndStreams) {
  EXPECT_EQ(error_of([] { select_items(unlabelled(0), 5, 0); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([] { select_items(unlabelled(0), std::nullopt, 0); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([] { select_items(unlabelled(3), 0, 0); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([] { select_items(MemorySource({}, false), 1, 0); }).code(), ErrorCode::unsupported);
}

}  // namespace
}  // namespace halftone

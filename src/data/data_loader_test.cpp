#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<TensorSignature> kSignatures{{"input", DType::f32, Shape{-1, 1}}};

std::vector<DataItem> items(std::size_t count) {
  std::vector<DataItem> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back({std::to_string(i), {{"x", Tensor::from(std::vector{static_cast<float>(i)}, {1, 1})}}, {}});
  }
  return result;
}

std::shared_ptr<const DataSource> sized(std::size_t count) { return std::make_shared<MemorySource>(items(count)); }
std::shared_ptr<const DataSource> streamed(std::size_t count) {
  return std::make_shared<MemorySource>(items(count), false);
}

/// The ids given, by position.
std::map<std::size_t, std::string> ids_given(const DataLoader& loader, int threads) {
  std::mutex mutex;
  std::map<std::size_t, std::string> ids;
  loader.for_each(threads, [&](std::size_t position, const DataItem& item) {
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(ids.emplace(position, item.id).second);
  });
  return ids;
}

TEST(DataLoader, GivesTheSelectionBoundToTheModel) {
  const DataLoader loader(sized(10), kSignatures, 4, 3);
  const auto selection = select_items(loader.source(), 4, 3);
  EXPECT_EQ(loader.size(), 4u);
  EXPECT_TRUE(loader.random_access());
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(loader.id(i), std::to_string(selection[i]));
    EXPECT_EQ(loader.item(i).id, loader.id(i));
    EXPECT_EQ(loader.item(i).inputs[0].name, "input");
  }
  EXPECT_EQ(error_of([&] { loader.item(4); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { loader.id(4); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(DataLoader(sized(3), {}, std::nullopt, 0).item(2).inputs[0].name, "x");
}

std::vector<std::string> ids_streamed(ItemStream& stream) {
  std::vector<std::string> ids;
  while (const std::optional<DataItem> item = stream.next()) {
    EXPECT_EQ(item->inputs[0].name, "input");
    ids.push_back(item->id);
  }
  return ids;
}

TEST(DataLoader, StreamsItsSelectionInOrderAndAgainFromTheBeginning) {
  const DataLoader loader(sized(10), kSignatures, 3, 5);
  const std::vector<std::string> expected{loader.id(0), loader.id(1), loader.id(2)};
  EXPECT_EQ(ids_streamed(*loader.stream()), expected);
  EXPECT_EQ(ids_streamed(*loader.stream()), expected);
}

TEST(DataLoader, StreamsWhatCanOnlyBeStreamedUpToItsLimit) {
  EXPECT_THAT(ids_streamed(*DataLoader(streamed(5), kSignatures, 2, 0).stream()), ElementsAre("0", "1"));
  EXPECT_THAT(ids_streamed(*DataLoader(streamed(3), kSignatures, std::nullopt, 0).stream()),
              ElementsAre("0", "1", "2"));
}

TEST(DataLoader, MayBeGoneBeforeItsStream) {
  const std::unique_ptr<ItemStream> stream = DataLoader(sized(2), kSignatures, std::nullopt, 0).stream();
  EXPECT_EQ(ids_streamed(*stream).size(), 2u);
}

TEST(DataLoader, GivesEveryItemOnceOnAnyNumberOfThreads) {
  const DataLoader loader(sized(40), kSignatures, 30, 3);
  const auto alone = ids_given(loader, 1);
  EXPECT_EQ(alone.size(), 30u);
  EXPECT_EQ(ids_given(loader, 4), alone);
}

TEST(DataLoader, GivesAStreamInItsOrderUpToTheLimit) {
  const DataLoader limited(streamed(40), kSignatures, 25, 3);
  EXPECT_FALSE(limited.random_access());
  EXPECT_EQ(limited.size(), 25u);
  EXPECT_EQ(error_of([&] { limited.item(0); }).code(), ErrorCode::unsupported);
  for (const int threads : {1, 4}) {
    const auto ids = ids_given(limited, threads);
    ASSERT_EQ(ids.size(), 25u);
    for (const auto& [position, id] : ids) EXPECT_EQ(id, std::to_string(position));
  }
  const DataLoader unlimited(streamed(7), kSignatures, std::nullopt, 3);
  EXPECT_EQ(unlimited.size(), std::nullopt);
  EXPECT_EQ(ids_given(unlimited, 3).size(), 7u);
  EXPECT_EQ(ids_given(DataLoader(streamed(7), kSignatures, 100, 3), 3).size(), 7u);
}

TEST(DataLoader, StopsAtTheFirstError) {
  for (const auto& source : {sized(1000), streamed(1000)}) {
    const DataLoader loader(source, kSignatures, std::nullopt, 0);
    std::atomic<int> used = 0;
    const auto use = [&](std::size_t position, const DataItem&) {
      ++used;
      if (position == 5) throw Error(ErrorCode::framework, "item five");
    };
    EXPECT_EQ(error_of([&] { loader.for_each(2, use); }).message(), "item five");
    EXPECT_LT(used, 1000);
  }
}

TEST(DataLoader, NamesTheItemThatDoesNotFit) {
  for (const auto& source : {sized(3), streamed(3)}) {
    const DataLoader loader(source, {{"input", DType::f32, Shape{-1, 2}}}, std::nullopt, 0);
    const Error error = error_of([&] { loader.for_each(2, [](std::size_t, const DataItem&) {}); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    EXPECT_THAT(error.message(), HasSubstr("input 'input' wants ?x2, the data are 1x1"));
  }
}

TEST(DataLoader, RefusesToGiveNothing) {
  EXPECT_EQ(error_of([] { DataLoader(sized(0), kSignatures, 5, 0); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([] { DataLoader(streamed(3), kSignatures, 0, 0); }).code(), ErrorCode::invalid_argument);
  const DataLoader empty(streamed(0), kSignatures, std::nullopt, 0);
  EXPECT_EQ(error_of([&] { empty.for_each(2, [](std::size_t, const DataItem&) {}); }).code(), ErrorCode::invalid_data);
}

TEST(DataLoader, IsCutInTwoWithoutLossOrOverlap) {
  const DataLoader whole(sized(10), {}, 10, 3);
  const DataLoader first = whole.prefix(4);
  const DataLoader rest = whole.without_prefix(4);
  ASSERT_EQ(first.size(), 4u);
  ASSERT_EQ(rest.size(), 6u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(first.id(i), whole.id(i));
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(rest.id(i), whole.id(4 + i));
  EXPECT_NE(rest.fingerprint(), whole.fingerprint());
  EXPECT_EQ(whole.without_prefix(0).fingerprint(), whole.fingerprint());
  EXPECT_EQ(rest.prefix(2).id(1), whole.id(5));
  EXPECT_EQ(error_of([&] { whole.without_prefix(10); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([] { DataLoader(streamed(3), {}, std::nullopt, 0).without_prefix(1); }).code(),
            ErrorCode::unsupported);
}

TEST(DataLoader, FingerprintIsOfSourceCountAndSeed) {
  const std::string plain = DataLoader(sized(9), kSignatures, 4, 1).fingerprint();
  EXPECT_EQ(DataLoader(sized(9), kSignatures, 4, 1).fingerprint(), plain);
  EXPECT_NE(DataLoader(sized(8), kSignatures, 4, 1).fingerprint(), plain);
  EXPECT_NE(DataLoader(sized(9), kSignatures, 5, 1).fingerprint(), plain);
  EXPECT_NE(DataLoader(sized(9), kSignatures, 4, 2).fingerprint(), plain);
  EXPECT_NE(DataLoader(streamed(9), {}, 4, 2).fingerprint(), DataLoader(streamed(9), {}, 5, 2).fingerprint());
}

}  // namespace
}  // namespace halftone

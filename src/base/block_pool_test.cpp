#include "base/block_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace halftone {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

TEST(BlockPool, GivesAlignedBlocksThatCanBeWritten) {
  BlockPool pool;
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, kMegabyte + 3}) {
    void* const block = pool.allocate(bytes);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    std::memset(block, 0x5A, bytes);
    pool.release(block);
  }
}

TEST(BlockPool, HoldsNoMoreAfterManyRoundsThanAfterTheFirst) {
  BlockPool pool;
  std::size_t first = 0;
  for (int round = 0; round < 100; ++round) {
    // A chain of steps, each of which needs its input and its output.
    std::vector<void*> blocks{pool.allocate(3 * kMegabyte)};
    for (const std::size_t megabytes : {5, 2, 7, 1, 4}) {
      blocks.push_back(pool.allocate(megabytes * kMegabyte));
      pool.release(blocks.front());
      blocks.erase(blocks.begin());
    }
    pool.release(blocks.front());
    if (round == 0) first = pool.held();
  }
  EXPECT_EQ(pool.held(), first);
  EXPECT_LT(first, 14 * kMegabyte) << "7 and 2 are the most that were in use together";
}

TEST(BlockPool, ReusesABlockOfNearlyTheSize) {
  BlockPool pool;
  void* const block = pool.allocate(10 * kMegabyte);
  pool.release(block);
  EXPECT_EQ(pool.allocate(9 * kMegabyte), block);
  pool.release(block);
}

TEST(BlockPool, TrimsWhatNobodyUses) {
  BlockPool pool;
  void* const used = pool.allocate(kMegabyte);
  pool.release(pool.allocate(2 * kMegabyte));
  pool.trim();
  EXPECT_LT(pool.held(), 2 * kMegabyte);
  pool.release(used);
  pool.trim();
  EXPECT_EQ(pool.held(), 0U);
}

TEST(BlockPool, SaysThatThereIsNoMemory) {
  BlockPool pool;
  EXPECT_EQ(pool.allocate(SIZE_MAX - 8), nullptr);
  EXPECT_EQ(pool.allocate(std::size_t{1} << 60), nullptr);
  EXPECT_EQ(pool.held(), 0U);
}

TEST(BlockPool, ServesSeveralThreads) {
  BlockPool pool;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&pool, thread] {
      for (std::size_t i = 1; i < 200; ++i) {
        auto* const block = static_cast<unsigned char*>(pool.allocate(i * 1000));
        std::memset(block, thread, i * 1000);
        EXPECT_EQ(block[i * 1000 - 1], thread);
        pool.release(block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace halftone

#include "base/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/thrown_error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;

TEST(ParallelFor, VisitsEachIndexOnce) {
  for (const int threads : {-1, 1, 2, 7}) {
    std::vector<std::atomic<int>> visits(1000);
    parallel_for(visits.size(), threads, [&](std::size_t, std::size_t index) { ++visits[index]; });
    for (const auto& count : visits) ASSERT_EQ(count, 1) << threads;
  }
}

TEST(ParallelFor, OfNothingDoesNothing) {
  parallel_for(0, 4, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(ParallelFor, NumbersItsWorkersBelowTheThreads) {
  std::atomic<std::size_t> largest = 0;
  parallel_for(1000, 3, [&](std::size_t worker, std::size_t) {
    for (std::size_t seen = largest; worker > seen && !largest.compare_exchange_weak(seen, worker);) {
    }
  });
  EXPECT_LT(largest, 3U);
}

TEST(ParallelFor, RunsAtTheSameTime) {
  std::latch all_here(3);
  parallel_for(3, 3, [&](std::size_t, std::size_t) { all_here.arrive_and_wait(); });
}

TEST(ParallelFor, WorksOnTheCallersThreadWhenThereIsOne) {
  const std::thread::id caller = std::this_thread::get_id();
  parallel_for(3, 1, [&](std::size_t worker, std::size_t) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(worker, 0U);
  });
}

TEST(ParallelFor, ThrowsTheFailureOfTheLowestIndexWhateverTheThreads) {
  for (const int threads : {1, 2, 5}) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      const Error error = thrown_error([&] {
        parallel_for(100, threads, [](std::size_t, std::size_t index) {
          if (index >= 10) throw Error(ErrorCode::invalid_data, "sample " + std::to_string(index));
        });
      });
      ASSERT_EQ(error.message(), "sample 10") << threads;
    }
  }
}

TEST(ParallelFor, StopsAfterAFailure) {
  std::atomic<int> done = 0;
  EXPECT_THROW(parallel_for(1'000'000, 2,
                            [&](std::size_t, std::size_t) {
                              ++done;
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_LE(done, 2);
}

TEST(ParallelFor, KeepsTheFramesOfItsCaller) {
  const ErrorContext outer("calibrating");
  const ErrorContext inner("batch 3");
  std::latch all_here(2);
  std::vector<std::vector<std::string>> frames(2);
  parallel_for(2, 2, [&](std::size_t worker, std::size_t) {
    all_here.arrive_and_wait();
    const ErrorContext own("worker");
    frames[worker] = ErrorContext::open_frames();
  });
  EXPECT_THAT(frames[0], ElementsAre("worker", "batch 3", "calibrating"));
  EXPECT_THAT(frames[1], ElementsAre("worker", "batch 3", "calibrating"));
  EXPECT_THAT(ErrorContext::open_frames(), ElementsAre("batch 3", "calibrating"));
}

TEST(ParallelFor, MayBeNested) {
  std::atomic<int> done = 0;
  parallel_for(4, 2, [&](std::size_t, std::size_t) { parallel_for(5, 2, [&](std::size_t, std::size_t) { ++done; }); });
  EXPECT_EQ(done, 20);
}

TEST(AvailableThreads, AreAtLeastOneAndNotMoreThanTheMachineHas) {
  EXPECT_GE(available_threads(), 1);
  EXPECT_LE(available_threads(), static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace halftone

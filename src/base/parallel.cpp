#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using Work = std::function<void(std::size_t, std::size_t)>;

/// Opens the frames on this thread, outermost first, and runs within them.
void run_within(std::span<const std::string> innermost_first, const std::function<void()>& run) {
  if (innermost_first.empty()) return run();
  const ErrorContext frame(innermost_first.back());
  run_within(innermost_first.first(innermost_first.size() - 1), run);
}

/// Hands out indices in order and keeps the failure of the lowest one: every lower index was handed out before, so
/// which failure is reported does not depend on the number of threads.
class IndexQueue {
 public:
  IndexQueue(std::size_t count, const Work& work) : count_(count), work_(work) {}

  void drain(std::size_t worker) {
    // Asked before an index is taken: a taken one is always worked on.
    while (!failed_) {
      const std::size_t index = next_++;
      if (index >= count_) return;
      try {
        work_(worker, index);
      } catch (...) {
        keep_failure(index, std::current_exception());
      }
    }
  }

  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void keep_failure(std::size_t index, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    if (index >= failed_index_) return;
    failed_index_ = index;
    failure_ = std::move(failure);
  }

  const std::size_t count_;
  const Work& work_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::size_t failed_index_ = std::numeric_limits<std::size_t>::max();
  std::exception_ptr failure_;
};

int affinity_threads() {
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(CPU_ALLOC(cpus), [](cpu_set_t* s) { CPU_FREE(s); });
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus);
    if (set != nullptr && sched_getaffinity(0, bytes, set.get()) == 0) return CPU_COUNT_S(bytes, set.get());
  }
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// Threads that a quota file "QUOTA PERIOD" (or "max PERIOD") allows; no limit where it cannot be read.
int quota_threads(const std::filesystem::path& file) {
  constexpr int kNoLimit = std::numeric_limits<int>::max();
  std::error_code missing;
  if (!std::filesystem::is_regular_file(file, missing)) return kNoLimit;
  std::istringstream fields(read_file(file));
  double quota = 0;
  double period = 0;
  if (!(fields >> quota >> period) || quota <= 0 || period <= 0) return kNoLimit;
  return static_cast<int>(std::clamp(std::ceil(quota / period), 1.0, 1e6));
}

/// The tightest CPU quota of this process's group and the groups around it (cgroup v2, "cpu.max").
int cgroup_threads() {
  const std::filesystem::path root = "/sys/fs/cgroup";
  int threads = quota_threads(root / "cpu.max");
  std::error_code missing;
  if (!std::filesystem::is_regular_file("/proc/self/cgroup", missing)) return threads;
  std::istringstream lines(read_file("/proc/self/cgroup"));
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.starts_with("0::/")) continue;
    std::filesystem::path group = root;
    for (const auto& part : std::filesystem::path(line.substr(4))) {
      group /= part;
      threads = std::min(threads, quota_threads(group / "cpu.max"));
    }
  }
  return threads;
}

}  // namespace

void parallel_for(std::size_t count, int threads, const Work& work) {
  const std::size_t workers = std::min<std::size_t>(count, static_cast<std::size_t>(std::max(1, threads)));
  IndexQueue queue(count, work);
  if (workers > 1) {
    const std::vector<std::string> frames = ErrorContext::open_frames();
    std::vector<std::jthread> others;
    try {
      for (std::size_t worker = 1; worker < workers; ++worker) {
        others.emplace_back([&, worker] { run_within(frames, [&] { queue.drain(worker); }); });
      }
    } catch (const std::system_error&) {
      // The system has no more threads: those that started, and this one, do all the work.
    }
    queue.drain(0);
  } else {
    queue.drain(0);
  }
  queue.rethrow_failure();
}

int available_threads() { return std::max(1, std::min(affinity_threads(), cgroup_threads())); }

}  // namespace halftone

#include "native/work_guard.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>

namespace halftone::python {
namespace {

std::atomic<int> g_working{0};
std::atomic<bool> g_is_broken{false};

/// In a child: threads that were at work are gone, and what they held stays held.
void note_fork() {
  if (g_working.exchange(0) > 0) g_is_broken = true;
}

void watch_forks() {
  static const int registered = pthread_atfork(nullptr, nullptr, note_fork);
  static_cast<void>(registered);
}

}  // namespace

NativeWork::NativeWork() {
  watch_forks();
  if (g_is_broken) {
    throw Error(ErrorCode::unsupported, "this process was forked while Halftone was at work in another thread",
                "start processes with multiprocessing's 'spawn', or fork before any work");
  }
  ++g_working;
  unlocked_.emplace();
}

NativeWork::~NativeWork() {
  unlocked_.reset();
  if (g_working > 0) --g_working;
}

OwnProcess::OwnProcess() : process_(getpid()) {}

void OwnProcess::require(const char* what) const {
  if (getpid() == process_) return;
  throw Error(ErrorCode::unsupported, std::string(what) + " was opened in another process, before a fork",
              "open it again in this one, or start processes with multiprocessing's 'spawn'");
}

}  // namespace halftone::python

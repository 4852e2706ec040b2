#include "native/interrupts.h"

#include <signal.h>

#include <atomic>

#include "native/binding.h"

namespace halftone::python {
namespace {

// A handler can reach nothing but globals.
std::atomic<bool> g_interrupted{false};
std::atomic<bool> g_watched{false};
struct sigaction g_before {};

/// Python's own handler notes the signal for the interpreter, which acts on it when it runs again. It goes first:
/// whoever sees our flag asks Python at once.
void note_interrupt(int number) {
  if (g_before.sa_handler != nullptr) g_before.sa_handler(number);
  g_interrupted = true;
}

bool is_main_thread() {
  const nb::module_ threading = nb::module_::import_("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

}  // namespace

WatchedInterrupts::WatchedInterrupts() {
  if (!is_main_thread() || g_watched.exchange(true)) return;
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &g_before);
  const bool is_plain = (g_before.sa_flags & SA_SIGINFO) == 0 && g_before.sa_handler != SIG_IGN;
  if (!is_plain || g_before.sa_handler == SIG_DFL) {
    g_watched = false;
    return;
  }
  watches_ = true;
  g_interrupted = false;
  action.sa_handler = note_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

WatchedInterrupts::~WatchedInterrupts() {
  if (!watches_) return;
  sigaction(SIGINT, &g_before, nullptr);
  g_watched = false;
  g_interrupted = false;
}

bool WatchedInterrupts::is_interrupted() { return g_interrupted; }

}  // namespace halftone::python
